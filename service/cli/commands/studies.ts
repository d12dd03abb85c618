import { summarizeStudy } from '../../../core/ledger.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { reportStudies } from '../report.ts';
import { openLedger } from './places.ts';

export const studies: Command = {
  name: 'studies',
  summary: 'Every study: what was received, imported, failed.',
  details: ['Reads the whole table of studies, the one that changed last first.'],
  positionals: [],
  options: { attention: { type: 'boolean', description: 'Only those that somebody should look at.' } },
  examples: ['studies', 'studies --attention --json'],
  run: async (given, context) => {
    const all = await openLedger(context).studies();
    const shown = given.flag('attention') ? all.filter((study) => summarizeStudy(study).state === 'attention') : all;
    return { exitCode: exitCodes.ok.code, value: shown, text: reportStudies(shown) };
  },
};
