import { describe, expect, it } from 'vitest';
import { Retry, retryKind } from '../../../../service/store/s3/retry.ts';
import { errorIn } from '../../../../service/store/s3/s3-answer-error.ts';
import { FakeClock, settled } from '../../../support/fake-clock.ts';

const slowDown = errorIn(503, '<Error><Code>SlowDown</Code></Error>');
const unavailable = errorIn(503, '');
const denied = errorIn(403, '<Error><Code>AccessDenied</Code></Error>');
const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });

/** A retry on a clock that stands still, and the delays that it takes. */
function rig(random = 1) {
  const clock = new FakeClock();
  return { clock, retry: new Retry({ clock, schedule: clock.schedule, random: () => random }) };
}

/** Fails with these, one after the other, and then succeeds. */
function failing(...errors: readonly Error[]) {
  const atMs: number[] = [];
  const left = [...errors];
  return {
    atMs,
    attempt: (clock: FakeClock) => async () => {
      atMs.push(clock.monotonicMs());
      const error = left.shift();
      if (error !== undefined) throw error;
      return 'done';
    },
  };
}

async function outcome<T>(clock: FakeClock, promise: Promise<T>, ms: number): Promise<T | Error> {
  const caught = promise.catch((error: Error) => error);
  await clock.advance(ms);
  return caught;
}

describe('what is worth another attempt', () => {
  it.each([
    [slowDown, 'throttled'],
    [errorIn(429, ''), 'throttled'],
    [unavailable, 'transient'],
    [errorIn(500, '<Error><Code>InternalError</Code></Error>'), 'transient'],
    [errorIn(501, ''), 'transient'],
    [errorIn(400, '<Error><Code>RequestTimeout</Code></Error>'), 'transient'],
    [errorIn(400, '<Error><Code>BadDigest</Code></Error>'), 'transient'],
    [errorIn(409, '<Error><Code>ConditionalRequestConflict</Code></Error>'), 'transient'],
    [errorIn(200, '<Error><Code>InternalError</Code></Error>'), 'transient'],
    [reset, 'transient'],
    [Object.assign(new Error(), { code: 'ENOTFOUND' }), 'transient'],
    [denied, 'never'],
    [errorIn(412, '<Error><Code>PreconditionFailed</Code></Error>'), 'never'],
    [errorIn(404, '<Error><Code>NoSuchBucket</Code></Error>'), 'never'],
    [new TypeError('a bug'), 'never'],
    ['thrown', 'never'],
  ])('%s is %s', (error, kind) => {
    expect(retryKind(error)).toBe(kind);
  });
});

describe('attempts', () => {
  it('grow further apart, throttled ones more, up to five seconds', async () => {
    const { clock, retry } = rig();
    const work = failing(reset, reset, slowDown, reset, reset, reset, reset, reset);
    const run = retry.run(retry.deadline(60_000), work.attempt(clock));
    expect(await outcome(clock, run, 60_000)).toBe('done');
    const gaps = work.atMs.slice(1).map((ms, index) => ms - (work.atMs[index] ?? 0));
    expect(gaps).toEqual([100, 200, 2_000, 800, 1_600, 3_200, 5_000, 5_000]);
  });

  it('come at any moment of the delay: full jitter', async () => {
    const { clock, retry } = rig(0.25);
    const work = failing(reset, reset);
    await outcome(clock, retry.run(retry.deadline(60_000), work.attempt(clock)), 1_000);
    expect(work.atMs).toEqual([0, 25, 75]);
  });

  it('end at once with what is for good', async () => {
    const { clock, retry } = rig();
    const work = failing(denied);
    expect(await outcome(clock, retry.run(retry.deadline(60_000), work.attempt(clock)), 0)).toBe(denied);
    expect(work.atMs).toEqual([0]);
    expect(clock.nextTaskMs).toBeUndefined();
  });

  it('end when no time is left for another, with the last error', async () => {
    const { clock, retry } = rig();
    const work = failing(...Array.from({ length: 50 }, () => unavailable));
    const run = retry.run(retry.deadline(1_000), work.attempt(clock));
    expect(await outcome(clock, run, 1_000)).toBe(unavailable);
    expect(work.atMs).toEqual([0, 100, 300, 700]);
    expect(clock.nextTaskMs).toBeUndefined();
  });

  it('that hang are cut off at the deadline, which tells what went wrong before', async () => {
    const { clock, retry } = rig();
    let attempts = 0;
    const run = retry.run(retry.deadline(1_000), async (signal) => {
      attempts += 1;
      if (attempts === 1) throw unavailable;
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    expect(await outcome(clock, run, 1_000)).toMatchObject({ name: 'TimeoutError', cause: unavailable });
  });

  it('are ended from outside, also between two', async () => {
    const { clock, retry } = rig();
    const ending = new AbortController();
    const work = failing(reset, reset, reset);
    const run = retry.run({ ...retry.deadline(60_000), signal: ending.signal }, work.attempt(clock));
    const caught = run.catch((error: Error) => error);
    await settled();
    ending.abort(denied);
    expect(await caught).toBe(denied);
    expect(work.atMs).toEqual([0]);
    expect(clock.nextTaskMs).toBeUndefined();
  });
});
