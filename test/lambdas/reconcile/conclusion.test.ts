import { describe, expect, it } from 'vitest';
import { conclude, isComplete, silenceOf } from '../../../lambdas/reconcile/conclusion.ts';

const counts = { imported: 0, warned: 0, failed: 0, unaccounted: 0 };
const completed = { jobId: 'j', jobStatus: 'COMPLETED' };
const failed = { jobId: 'j', jobStatus: 'FAILED', message: 'no access' };

describe('the results of a job', () => {
  const lines = { success: 2, failure: 1, warning: 0 };

  it('are complete when there are as many lines as the summary speaks of', () => {
    expect(isComplete({ summary: { imported: 2, failed: 1 }, lines })).toBe(true);
    expect(isComplete({ summary: { imported: 3, failed: 1 }, lines })).toBe(false);
    expect(isComplete({ summary: { imported: 2, failed: 2 }, lines })).toBe(false);
    expect(isComplete({ summary: { imported: undefined, failed: undefined }, lines })).toBe(true);
  });

  it('are complete when files with warnings are among the warnings only', () => {
    expect(isComplete({ summary: { imported: 3, failed: 1 }, lines: { ...lines, warning: 1 } })).toBe(true);
  });

  it('are not complete without their summary', () => {
    expect(isComplete({ summary: undefined, lines })).toBe(false);
  });
});

describe('a batch', () => {
  it.each([
    ['all arrived', { ...counts, imported: 2, warned: 1 }, completed, true, 'completed', undefined],
    ['one failed', { ...counts, imported: 2, failed: 1 }, completed, true, 'completed-with-failures', undefined],
    [
      'one is missing',
      { ...counts, imported: 2, unaccounted: 1 },
      completed,
      true,
      'completed-with-failures',
      undefined,
    ],
    ['all failed one by one', { ...counts, failed: 3 }, completed, true, 'completed-with-failures', undefined],
    ['no results ever came', { ...counts, unaccounted: 3 }, completed, false, 'failed', /^OutputsNotReady/],
    [
      'half the results came',
      { ...counts, imported: 1, unaccounted: 2 },
      completed,
      false,
      'completed-with-failures',
      /^OutputsNotReady/,
    ],
    ['the job failed', { ...counts, failed: 3 }, failed, false, 'failed', /^JobFailed: no access/],
    [
      'the job failed half-way',
      { ...counts, imported: 1, failed: 2 },
      failed,
      true,
      'completed-with-failures',
      /^JobFailed/,
    ],
  ])('of which %s', (_, totals, job, complete, status, reason) => {
    const conclusion = conclude(totals, job, complete);
    expect(conclusion.status).toBe(status);
    if (reason === undefined) expect(conclusion.reason).toBeUndefined();
    else expect(conclusion.reason).toMatch(reason);
  });

  it('says of an instance that no line names why it does not know better', () => {
    expect(silenceOf(failed, true)).toEqual({ status: 'failed', reason: 'JobFailed: no access' });
    expect(silenceOf(completed, true).status).toBe('unaccounted');
    expect(silenceOf(completed, false).reason).not.toBe(silenceOf(completed, true).reason);
  });
});
