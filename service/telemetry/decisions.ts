import type { TelemetryEvent } from './events.ts';

/** The names of all events. */
export type EventName = TelemetryEvent['event'];
export type EventOf<Name extends EventName> = Extract<TelemetryEvent, { readonly event: Name }>;

/**
 * What each event becomes in one projection: something, or `nothing`, but said of every event. An event about which a
 * projection says nothing at all does not compile.
 */
export type Decisions<R> = { readonly [Name in EventName]: ((event: EventOf<Name>) => R) | typeof nothing };

/** This event does not concern this projection. */
export const nothing = undefined;

/** @returns what was decided for the event, or undefined where that is nothing */
export function decide<R>(decisions: Decisions<R>, event: TelemetryEvent): R | undefined {
  // Each function is stored under the name of the one kind of event that it takes; the compiler cannot follow that.
  const decision = decisions[event.event] as ((event: TelemetryEvent) => R) | typeof nothing;
  return decision?.(event);
}
