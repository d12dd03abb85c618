import { describe, expect, it } from 'vitest';
import { FlowWatch } from '../../../service/net/flow-watch.ts';
import { IdleWatch } from '../../../service/net/idle-watch.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function idleRig() {
  const clock = new FakeClock();
  const state = { busy: false, idle: 0 };
  const watch = new IdleWatch({
    clock,
    schedule: clock.schedule,
    timeoutMs: 1_000,
    isBusy: () => state.busy,
    onIdle: () => {
      state.idle += 1;
    },
  });
  return { clock, state, watch };
}

describe('IdleWatch', () => {
  it('tells of silence once', async () => {
    const { clock, state } = idleRig();
    await clock.advance(999);
    expect(state.idle).toBe(0);
    await clock.advance(1);
    expect(state.idle).toBe(1);
    await clock.advance(10_000);
    expect(state.idle).toBe(1);
  });

  it('begins anew with each touch', async () => {
    const { clock, state, watch } = idleRig();
    await clock.advance(900);
    watch.touch();
    await clock.advance(999);
    expect(state.idle).toBe(0);
    await clock.advance(1);
    expect(state.idle).toBe(1);
  });

  it('does not count the time that the peer waits for us', async () => {
    const { clock, state } = idleRig();
    state.busy = true;
    await clock.advance(60_000);
    state.busy = false;
    await clock.advance(999);
    expect(state.idle).toBe(0);
    await clock.advance(1_000);
    expect(state.idle).toBe(1);
  });

  it('believes what arrived while this process was too busy to read it', async () => {
    const { clock, state, watch } = idleRig();
    clock.pause(5_000);
    clock.schedule(0, () => watch.touch());
    await clock.advance(0);
    expect(state.idle).toBe(0);
  });

  it('is silent when it is stopped', async () => {
    const { clock, state, watch } = idleRig();
    watch.stop();
    await clock.advance(10_000);
    expect(state.idle).toBe(0);
    expect(clock.nextTaskMs).toBeUndefined();
  });
});

const ENOUGH = 16 * 1024;

function flowRig() {
  const clock = new FakeClock();
  const state = { held: false, starved: 0 };
  const watch = new FlowWatch({
    clock,
    schedule: clock.schedule,
    timeoutMs: 1_000,
    isHeld: () => state.held,
    onStarved: () => {
      state.starved += 1;
    },
  });
  return { clock, state, watch };
}

describe('FlowWatch', () => {
  it('does nothing while nothing is incomplete', async () => {
    const { clock, state } = flowRig();
    expect(clock.nextTaskMs).toBeUndefined();
    await clock.advance(10_000);
    expect(state.starved).toBe(0);
  });

  it('tells of a message that stops in the middle', async () => {
    const { clock, state, watch } = flowRig();
    watch.received(1_000_000);
    await clock.advance(1_000);
    expect(state.starved, 'much came in the first span').toBe(0);
    await clock.advance(1_000);
    expect(state.starved).toBe(1);
  });

  it('tells of a message that trickles', async () => {
    const { clock, state, watch } = flowRig();
    for (let second = 0; second < 100; second++) {
      watch.received(10);
      await clock.advance(10);
    }
    expect(state.starved).toBe(1);
  });

  it('leaves a slow one alone that comes on', async () => {
    const { clock, state, watch } = flowRig();
    for (let span = 0; span < 20; span++) {
      watch.received(ENOUGH);
      await clock.advance(1_000);
    }
    expect(state.starved).toBe(0);
  });

  it('leaves small messages alone, however many follow each other', async () => {
    const { clock, state, watch } = flowRig();
    for (let message = 0; message < 20; message++) {
      watch.received(10);
      await clock.advance(400);
      watch.complete();
      await clock.advance(100);
    }
    expect(state.starved).toBe(0);
  });

  it('does not count the time that we hold the peer back', async () => {
    const { clock, state, watch } = flowRig();
    watch.received(10);
    state.held = true;
    await clock.advance(10_000);
    state.held = false;
    watch.resumed();
    await clock.advance(999);
    expect(state.starved).toBe(0);
    await clock.advance(1);
    expect(state.starved).toBe(1);
  });

  it('believes what arrived while this process was too busy to read it', async () => {
    const { clock, state, watch } = flowRig();
    watch.received(10);
    clock.pause(5_000);
    clock.schedule(0, () => watch.received(ENOUGH));
    await clock.advance(0);
    expect(state.starved).toBe(0);
  });

  it('is silent when it is stopped', async () => {
    const { clock, state, watch } = flowRig();
    watch.received(10);
    watch.stop();
    await clock.advance(10_000);
    expect(state.starved).toBe(0);
  });
});
