import { describe, expect, it } from 'vitest';
import { batchIdSchema } from '../../core/object-keys.ts';
import { attemptName, attemptSchema, parseAttemptName, replayInput } from '../../core/replay.ts';

const batchId = batchIdSchema.parse('01JD0000000000000000000000');

describe('the name of an attempt', () => {
  it('is the batch id for the first, and has the number of the replay after it', () => {
    expect(attemptName(batchId, 0)).toBe('01JD0000000000000000000000');
    expect(attemptName(batchId, 12)).toBe('01JD0000000000000000000000-r12');
  });

  it('says batch and attempt again', () => {
    for (const attempt of [0, 1, 9, 9_999]) {
      expect(parseAttemptName(attemptName(batchId, attempt))).toEqual({ batchId, attempt });
    }
  });

  it('is taken for what it is alone', () => {
    for (const name of ['', 'nightly', `${batchId}-r0`, `${batchId}-r01`, `${batchId}-x1`, `x${batchId}`]) {
      expect(parseAttemptName(name)).toBeUndefined();
    }
  });

  it('fits executions and import jobs', () => {
    expect(attemptName(batchId, 9_999)).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });
});

it('an execution whose input says no attempt is the first', () => {
  expect(attemptSchema.parse(undefined)).toBe(0);
  expect(replayInput(batchId, 'ingest', 2)).toEqual({
    batchId,
    bucket: 'ingest',
    manifestKey: 'manifests/01JD0000000000000000000000.json',
    attempt: 2,
  });
});
