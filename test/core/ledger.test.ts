import { describe, expect, it } from 'vitest';
import {
  type BatchStatus,
  batchStatusSchema,
  batchTransitions,
  isFinal,
  type StudyRecord,
  type StudyShare,
  statesBefore,
  summarizeStudy,
} from '../../core/ledger.ts';

describe('the transitions of a batch', () => {
  it('name every state, and let a step that is run again find its own', () => {
    expect(Object.keys(batchTransitions).toSorted()).toEqual([...batchStatusSchema.options].toSorted());
    for (const status of batchStatusSchema.options) expect(batchTransitions[status]).toContain(status);
  });

  it.each([
    ['registered', ['registered', 'completed-with-failures', 'failed']],
    ['queued', ['registered', 'queued', 'importing']],
    ['importing', ['registered', 'queued', 'importing']],
    ['completed', ['queued', 'importing', 'completed']],
    ['completed-with-failures', ['queued', 'importing', 'completed-with-failures']],
    ['failed', ['registered', 'queued', 'importing', 'failed']],
  ] as const)('lead to %s from %j', (next, before) => {
    expect(statesBefore(next)).toEqual(before);
  });

  it('never lead away from completed', () => {
    expect(batchTransitions.completed).toEqual(['completed']);
  });

  it('lead from every state to a final one', () => {
    for (const start of batchStatusSchema.options) {
      const reached = new Set<BatchStatus>([start]);
      for (const status of reached) for (const next of batchTransitions[status]) reached.add(next);
      expect([...reached].some(isFinal)).toBe(true);
    }
    expect(batchStatusSchema.options.filter(isFinal)).toEqual(['completed', 'completed-with-failures', 'failed']);
  });
});

const share = (changes: Partial<StudyShare>): StudyShare => ({
  received: 0,
  imported: 0,
  warned: 0,
  failed: 0,
  unaccounted: 0,
  imageSetIds: [],
  nonPrimaryImageSetIds: [],
  status: 'completed',
  ...changes,
});
const study = (...shares: readonly StudyShare[]): StudyRecord => ({
  datastoreId: 'd',
  studyInstanceUid: '1.2',
  firstReceivedAt: 't',
  updatedAt: 't',
  batches: Object.fromEntries(shares.map((one, index) => [`b${index}`, one])),
});

describe('summarizeStudy', () => {
  it('adds up the batches and joins the image sets', () => {
    const a = share({ received: 3, imported: 2, warned: 1, imageSetIds: ['x', 'y'] });
    const b = share({ received: 2, imported: 2, imageSetIds: ['y', 'z'] });
    expect(summarizeStudy(study(a, b))).toEqual({
      state: 'complete',
      received: 5,
      imported: 4,
      warned: 1,
      failed: 0,
      unaccounted: 0,
      imageSetIds: ['x', 'y', 'z'],
      nonPrimaryImageSetIds: [],
    });
  });

  it.each([
    ['arriving', [share({ status: 'registered' })]],
    ['arriving', [share({ status: 'registered' }), share({ status: 'registered' })]],
    ['importing', [share({}), share({ status: 'registered' })]],
    ['importing', [share({ status: 'queued' })]],
    ['importing', [share({}), share({ status: 'importing' })]],
    ['complete', [share({}), share({})]],
    ['attention', [share({ status: 'failed' })]],
    ['attention', [share({ status: 'completed-with-failures', failed: 1 })]],
    ['attention', [share({ unaccounted: 1 })]],
    ['attention', [share({ nonPrimaryImageSetIds: ['n'] })]],
    ['attention', [share({ status: 'importing' }), share({ failed: 1 })]],
  ] as const)('is %s for %j', (state, shares) => {
    expect(summarizeStudy(study(...shares)).state).toBe(state);
  });
});
