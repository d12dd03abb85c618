import { verificationSopClassUid } from '../../dicom/uids.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { Association } from '../scu/association.ts';
import { hexStatus } from '../send/send-report.ts';
import { peerOf, peerOptions } from './peer-options.ts';

const CONTEXT_ID = 1;
const implicitVrLittleEndian = '1.2.840.10008.1.2';

export const echo: Command = {
  name: 'echo',
  summary: 'Ask a peer whether it is there: C-ECHO.',
  details: ['Opens an association with the Verification SOP Class, sends C-ECHO, and says how long the answers took.'],
  positionals: [],
  options: {
    ...peerOptions,
    count: { type: 'string', value: 'N', description: 'How many requests.', default: '1' },
  },
  examples: ['echo', 'echo --host pacs.example --port 104 --called PACS --calling CT1'],
  run: async (given, context) => {
    const { address, titles } = await peerOf(given, context);
    const count = given.count('count', 1, 1_000);
    const { clock } = context;
    const startedMs = clock.monotonicMs();
    const association = await Association.open(address, titles, [
      { id: CONTEXT_ID, abstractSyntaxUid: verificationSopClassUid, transferSyntaxUids: [implicitVrLittleEndian] },
    ]);
    const associatedMs = clock.monotonicMs() - startedMs;
    const where = `${titles.calledAeTitle} at ${address.host}:${address.port}`;
    if (!association.accepted.has(CONTEXT_ID)) {
      association.close();
      const text = `${where} accepts the association and refuses Verification`;
      return { exitCode: exitCodes.bad.code, value: { ...titles, verification: false }, text };
    }
    const answers: { readonly status: string; readonly ms: number }[] = [];
    for (let turn = 0; turn < count; turn++) {
      const sentMs = clock.monotonicMs();
      const status = await association.echo(CONTEXT_ID);
      answers.push({ status: hexStatus(status), ms: tenths(clock.monotonicMs() - sentMs) });
    }
    await association.release();
    const isWell = answers.every(({ status }) => status === hexStatus(0));
    return {
      exitCode: isWell ? exitCodes.ok.code : exitCodes.bad.code,
      value: { ...titles, host: address.host, port: address.port, associationMs: tenths(associatedMs), answers },
      text: [
        `${where} took an association in ${tenths(associatedMs)} ms`,
        ...answers.map(({ status, ms }) => `C-ECHO answered with ${status} in ${ms} ms`),
      ].join('\n'),
    };
  },
};

const tenths = (ms: number): number => Math.round(ms * 10) / 10;
