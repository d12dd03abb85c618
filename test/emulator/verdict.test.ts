import { expect, it } from 'vitest';
import type { StudyShare } from '../../core/ledger.ts';
import { type Account, problemsOf } from './verdict.ts';

const share: StudyShare = {
  received: 2,
  imported: 2,
  warned: 0,
  failed: 0,
  unaccounted: 0,
  imageSetIds: ['a'],
  nonPrimaryImageSetIds: [],
  status: 'completed',
};
const study = {
  datastoreId: 'd',
  studyInstanceUid: '1.2.3',
  firstReceivedAt: '2026-01-02T00:00:00.000Z',
  updatedAt: '2026-01-02T00:00:00.000Z',
  batches: { b: share },
};
const well: Account = {
  sent: { instances: 2, studies: 1, asked: 2 },
  studies: [study],
  committed: 2,
  executions: [{ name: 'b', status: 'SUCCEEDED' }],
  findings: [
    { name: 'ledger', health: 'well' },
    { name: 'volume', health: 'skipped' },
  ],
  imageSets: ['a'],
};

it('finds no problem where ledger, HealthImaging and state machine agree with what was sent', () => {
  expect(problemsOf(well)).toEqual([]);
});

it.each<[string, Partial<Account>]>([
  ['2 studies were sent, the ledger has 1', { sent: { instances: 2, studies: 2, asked: 2 } }],
  ['3 instances were sent, 2 are imported', { sent: { instances: 3, studies: 1, asked: 2 } }],
  ['commitment was asked for 2 instances, 1 are committed', { committed: 1 }],
  ['study 1.2.3 is importing', { studies: [{ ...study, batches: { b: { ...share, status: 'importing' } } }] }],
  ['study 1.2.3 is attention', { studies: [{ ...study, batches: { b: { ...share, failed: 1 } } }] }],
  ['HealthImaging has no image set a', { imageSets: [] }],
  ['the ledger has no image set b', { imageSets: ['a', 'b'] }],
  ['execution b is RUNNING', { executions: [{ name: 'b', status: 'RUNNING' }] }],
  ['the state machine has run nothing', { executions: [] }],
  ['doctor: ledger: gone', { findings: [{ name: 'ledger', health: 'ill', detail: 'gone' }] }],
])('finds that %s', (problem, change) => {
  expect(problemsOf({ ...well, ...change })).toEqual([problem]);
});
