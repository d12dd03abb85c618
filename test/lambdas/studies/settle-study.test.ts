import { describe, expect, it } from 'vitest';
import type { StudyShare } from '../../../core/ledger.ts';
import type { BatchId } from '../../../core/object-keys.ts';
import { noticeOf, settleStudy } from '../../../lambdas/studies/settle-study.ts';
import { MemoryNotices } from '../../support/import-ports.ts';
import { MemoryLedger } from '../../support/memory-ledger.ts';

const share = (changes: Partial<StudyShare>): StudyShare => ({
  received: 2,
  imported: 0,
  warned: 0,
  failed: 0,
  unaccounted: 0,
  imageSetIds: [],
  nonPrimaryImageSetIds: [],
  status: 'registered',
  ...changes,
});

function setUp() {
  const ledger = new MemoryLedger();
  const notices = new MemoryNotices();
  const key = { datastoreId: 'd', studyInstanceUid: '1.2' };
  const write = async (batchId: string, changes: Partial<StudyShare>, isEnd = true) => {
    const times = { firstReceivedAt: '', updatedAt: '' };
    const study = await ledger.putStudyShare({ ...key, ...times, batchId: batchId as BatchId, share: share(changes) });
    await settleStudy(study, { ledger, notices: isEnd ? notices : undefined });
    return ledger.studies.get('d 1.2');
  };
  return { ledger, notices, write };
}

describe('settling a study', () => {
  it('tells of it once when it is complete', async () => {
    const { notices, write } = setUp();
    expect((await write('b1', {}, false))?.state).toBe('arriving');
    expect(notices.published).toEqual([]);
    const done: Partial<StudyShare> = { status: 'completed', imported: 2, imageSetIds: ['set'] };
    expect((await write('b1', done))?.state).toBe('complete');
    await write('b1', done);
    expect(notices.published).toEqual([
      {
        version: 1,
        datastoreId: 'd',
        studyInstanceUid: '1.2',
        state: 'complete',
        received: 2,
        imported: 2,
        warned: 0,
        failed: 0,
        unaccounted: 0,
        imageSets: 1,
        nonPrimaryImageSetIds: [],
      },
    ]);
  });

  it('tells again when more has come', async () => {
    const { notices, write } = setUp();
    await write('b1', { status: 'completed', imported: 2 });
    expect((await write('b2', {}, false))?.state).toBe('importing');
    await write('b2', { status: 'completed', imported: 2 });
    expect(notices.published.map(({ state, received }) => [state, received])).toEqual([
      ['complete', 2],
      ['complete', 4],
    ]);
  });

  it('tells when a person should look: image sets that are not primary, and what did not arrive', async () => {
    const { notices, write } = setUp();
    await write('b1', { status: 'completed', imported: 2, nonPrimaryImageSetIds: ['beside'] });
    await write('b2', { status: 'failed', failed: 2 });
    expect(notices.published).toMatchObject([
      { state: 'attention', nonPrimaryImageSetIds: ['beside'] },
      { state: 'attention', failed: 2 },
    ]);
  });

  it('tells again what it could not note as told', async () => {
    const { ledger, notices, write } = setUp();
    const markStudy = ledger.markStudy;
    Object.assign(ledger, { markStudy: () => Promise.reject(new Error('died')) });
    await expect(write('b1', { status: 'completed', imported: 2 })).rejects.toThrow('died');
    Object.assign(ledger, { markStudy });
    await write('b1', { status: 'completed', imported: 2 });
    expect(notices.published).toHaveLength(2);
  });

  it('has nothing to tell of a study that is on its way', () => {
    const study = { datastoreId: 'd', studyInstanceUid: '1.2', firstReceivedAt: '', updatedAt: '' };
    expect(noticeOf({ ...study, batches: { b1: share({}) } })).toBeUndefined();
  });
});
