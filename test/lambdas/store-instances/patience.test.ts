import { describe, expect, it } from 'vitest';
import { PipelineFault } from '../../../core/pipeline-fault.ts';
import { patience, withPatience } from '../../../lambdas/store-instances/patience.ts';

/** Time that passes only while it is slept. */
function rig(faults: readonly Error[], random = 0.999) {
  const pauses: number[] = [];
  let nowMs = 0;
  let calls = 0;
  const options = {
    nowMs: () => nowMs,
    random: () => random,
    sleep: async (ms: number) => {
      pauses.push(ms);
      nowMs += ms;
    },
  };
  const attempt = async () => {
    const fault = faults[calls++];
    if (fault !== undefined) throw fault;
    return 'answer';
  };
  return { pauses, calls: () => calls, run: (untilMs = 1_000_000) => withPatience(attempt, untilMs, options) };
}

const throttled = new PipelineFault('IMPORT_THROTTLED', '429');
const unavailable = new PipelineFault('IMPORT_UNAVAILABLE', '500');

describe('patience', () => {
  it('tries again what is throttled or not answered, each time after longer', async () => {
    const { run, pauses } = rig([throttled, unavailable, throttled]);
    expect(await run()).toBe('answer');
    expect(pauses.map(Math.round)).toEqual([999, 1_998, 3_996]);
  });

  it('spreads its attempts over the whole delay', async () => {
    const { run, pauses } = rig([throttled], 0);
    await run();
    expect(pauses).toEqual([0]);
  });

  it('gives up after some attempts', async () => {
    const { run, calls, pauses } = rig(Array.from({ length: 9 }, () => throttled));
    await expect(run()).rejects.toBe(throttled);
    expect(calls()).toBe(patience.attempts);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(patience.maxDelayMs);
  });

  it('gives up when the time is over, and at once what will not pass', async () => {
    const late = rig([throttled]);
    await expect(late.run(900)).rejects.toBe(throttled);
    expect(late.pauses).toEqual([]);
    const refused = rig([new PipelineFault('IMPORT_REFUSED', '403')]);
    await expect(refused.run()).rejects.toThrow('403');
    const defect = rig([new TypeError('a defect')]);
    await expect(defect.run()).rejects.toThrow('a defect');
    expect([refused.calls(), defect.calls()]).toEqual([1, 1]);
  });
});
