import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { selfTest } from '../selftest/self-test.ts';
import { peerOf, peerOptions } from './peer-options.ts';

export const selftest: Command = {
  name: 'selftest',
  summary: 'Send what a modality would: C-ECHO, and a tiny synthetic image if wanted.',
  details: [
    'With --store the image stays where the service puts it, and is imported like any other. Its patient is called SELFTEST.',
  ],
  positionals: [],
  options: { ...peerOptions, store: { type: 'boolean', description: 'Send an image, too.' } },
  examples: ['selftest --store'],
  run: async (given, context) => {
    const { address, titles } = await peerOf(given, context);
    const { newUid, clock } = context;
    const done = await selfTest({ address, titles, store: given.flag('store'), newUid, nowMs: clock.nowMs() });
    const where = `${address.host}:${address.port}`;
    return {
      exitCode: exitCodes.ok.code,
      value: { ...titles, host: address.host, port: address.port, done },
      text: `${where} answered with success: ${done.join(', ')}`,
    };
  },
};
