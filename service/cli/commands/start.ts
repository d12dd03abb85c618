import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

export const start: Command = {
  name: 'start',
  summary: 'Run the service: what the image does by itself.',
  details: [
    'Takes its settings from the environment (docs/configuration.md), logs to standard output, and ends on SIGTERM after its associations have. The whole local edition, with a pipeline behind it, is `npm start`.',
  ],
  positionals: [],
  options: {},
  examples: ['start'],
  run: async (_given, { startService }) => {
    await startService();
    return { exitCode: exitCodes.ok.code, value: undefined, text: '', raw: true };
  },
};
