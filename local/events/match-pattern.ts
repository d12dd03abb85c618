import type { EventPattern, PatternFields, PatternValue } from '../../cdk/pipeline/events.ts';

/** An EventBridge event. */
export interface EventBridgeEvent {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: object;
}

/** Whether an event matches a pattern: every field of the pattern must, and each by one of its values. */
export function matchesPattern({ source, detailType, detail }: EventPattern, event: EventBridgeEvent): boolean {
  return matchesFields({ source, 'detail-type': detailType, detail }, event);
}

function matchesFields(fields: PatternFields, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const found = value as Readonly<Record<string, unknown>>;
  return Object.entries(fields).every(([field, pattern]) =>
    isValues(pattern)
      ? pattern.some((candidate) => matchesValue(candidate, found[field]))
      : matchesFields(pattern, found[field]),
  );
}

const isValues = (pattern: PatternFields | readonly PatternValue[]): pattern is readonly PatternValue[] =>
  Array.isArray(pattern);

function matchesValue(pattern: PatternValue, value: unknown): boolean {
  if (typeof pattern === 'string') return value === pattern;
  return typeof value === 'string' && value.startsWith(pattern.prefix);
}
