import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { reportBatch } from '../report.ts';
import { openLedger } from './places.ts';

export const batch: Command = {
  name: 'batch',
  summary: 'One batch, instance by instance.',
  details: ['Those that need attention come first, with the reason.'],
  positionals: [{ name: 'id', description: 'The id of the batch.', required: true }],
  options: {},
  examples: ['batch 01JD0000000000000000000000'],
  run: async (given, context) => {
    const id = given.positional(0);
    const ledger = openLedger(context);
    const found = await ledger.batch(id);
    if (found === undefined) {
      return { exitCode: exitCodes.bad.code, value: null, text: `The ledger knows no batch ${id}.` };
    }
    const instances = await ledger.instancesOf(id);
    return { exitCode: exitCodes.ok.code, value: { batch: found, instances }, text: reportBatch(found, instances) };
  },
};
