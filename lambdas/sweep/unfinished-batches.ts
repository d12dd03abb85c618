import type { BatchRecord } from '../../core/ledger.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** More batches of one state are not looked at: then there is trouble enough. */
const MAX_BATCHES = 1_000;

/** The batches that are sealed and have not ended. */
export interface UnfinishedBatches {
  readonly waiting: number;
  readonly importing: number;
  /** Of the one that was sealed first, since then; 0 where there is none. */
  readonly oldestAgeMs: number;
}

export async function unfinishedBatches(
  ledger: Pick<Ledger, 'batchesUnchangedSince'>,
  nowMs: number,
): Promise<UnfinishedBatches> {
  const until = new Date(nowMs + 1).toISOString();
  const inState = (status: BatchRecord['status']) => ledger.batchesUnchangedSince(status, until, MAX_BATCHES);
  const [registered, queued, importing] = [
    await inState('registered'),
    await inState('queued'),
    await inState('importing'),
  ];
  const sealedAtMs = [...registered, ...queued, ...importing].map(({ sealedAt }) => Date.parse(sealedAt));
  return {
    waiting: registered.length + queued.length,
    importing: importing.length,
    oldestAgeMs: sealedAtMs.length === 0 ? 0 : Math.max(0, nowMs - Math.min(...sealedAtMs)),
  };
}
