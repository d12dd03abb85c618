import { describe, expect, it } from 'vitest';
import { type Decisions, decide, nothing } from '../../../service/telemetry/decisions.ts';
import { sampleEvents } from './sample-events.ts';

/** A projection that names every event but `bug`. */
const { bug: _, ...allButBug } = Object.fromEntries(
  Object.keys(sampleEvents).map((name) => [name, nothing]),
) as Decisions<string>;

describe('the decisions of a projection', () => {
  it('are about every event: one without a decision does not compile', () => {
    // @ts-expect-error nothing is decided about `bug`
    const incomplete: Decisions<string> = allButBug;
    const complete: Decisions<string> = { ...allButBug, bug: nothing };
    expect(Object.keys(incomplete)).toHaveLength(Object.keys(complete).length - 1);
  });

  it('are about no event that there is not', () => {
    // @ts-expect-error there is no such event
    const surplus: Decisions<string> = { ...allButBug, bug: nothing, 'no-such-event': nothing };
    expect(surplus).toHaveProperty('no-such-event');
  });

  it('take the event that they are about, and no other', () => {
    const decisions: Decisions<string> = { ...allButBug, bug: ({ event }) => event };
    expect(decide(decisions, sampleEvents.bug)).toBe('bug');
    expect(decide(decisions, sampleEvents['echo-answered'])).toBeUndefined();
  });
});
