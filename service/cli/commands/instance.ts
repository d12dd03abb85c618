import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { reportArrivals } from '../report.ts';
import { openLedger } from './places.ts';

export const instance: Command = {
  name: 'instance',
  summary: 'Where is my image: what became of one SOP instance.',
  details: [
    'Every time that it was received: when and from whom, its batch and its object, its import job, its image set, and what was wrong. An instance of a batch that is still open is not in the ledger yet.',
  ],
  positionals: [{ name: 'uid', description: 'SOP Instance UID.', required: true }],
  options: {},
  examples: ['instance 1.2.840.113619.2.55.3.604688119'],
  run: async (given, context) => {
    const uid = given.positional(0);
    const ledger = openLedger(context);
    const instances = await ledger.instancesCalled(uid);
    if (instances.length === 0) {
      const text = `The ledger knows no instance ${uid}. It may be in a batch that is not sealed yet.`;
      return { exitCode: exitCodes.bad.code, value: [], text };
    }
    const arrivals = [];
    for (const one of instances) arrivals.push({ instance: one, batch: await ledger.batch(one.batchId) });
    const isWell = instances.some(({ status }) => status === 'imported' || status === 'imported-with-warnings');
    return {
      exitCode: (isWell ? exitCodes.ok : exitCodes.bad).code,
      value: arrivals,
      text: reportArrivals(arrivals),
    };
  },
};
