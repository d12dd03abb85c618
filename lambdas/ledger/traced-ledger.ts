import type { Ledger } from './ledger.ts';

/** Tells of the trace of every batch whose record passes, so that what is logged of it can name its trace. */
export function tracedLedger(ledger: Ledger, onTrace: (traceparent: string) => void): Ledger {
  const tell = <R extends { readonly traceparent?: string | undefined } | undefined>(record: R): R => {
    if (record?.traceparent !== undefined) onTrace(record.traceparent);
    return record;
  };
  return {
    ...ledger,
    findBatch: async (batchId) => tell(await ledger.findBatch(batchId)),
    putBatch: (record) => ledger.putBatch(tell(record)),
    moveBatch: async (batchId, next, changes) => tell(await ledger.moveBatch(batchId, next, changes)),
  };
}
