import { batchStatusSchema } from '../../../core/ledger.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { reportBatches } from '../report.ts';
import { openLedger } from './places.ts';

export const batches: Command = {
  name: 'batches',
  summary: 'The batches that changed last.',
  details: ['A batch is in the ledger once it is sealed; those that are open are on the status page.'],
  positionals: [],
  options: {
    status: {
      type: 'string',
      value: 'STATUS',
      description: 'Only batches in this state.',
      choices: batchStatusSchema.options,
    },
    limit: { type: 'string', value: 'N', description: 'How many.', default: '50' },
  },
  examples: ['batches', 'batches --status failed'],
  run: async (given, context) => {
    const limit = given.count('limit', 1, 1_000);
    const status = batchStatusSchema.safeParse(given.text('status'));
    const ledger = openLedger(context);
    const found = status.success ? await ledger.batchesIn(status.data, limit) : await ledger.recentBatches(limit);
    return { exitCode: exitCodes.ok.code, value: found, text: reportBatches(found) };
  },
};
