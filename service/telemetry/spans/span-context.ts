import { type Context, ROOT_CONTEXT, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import { formatTraceparent, parseTraceparent, type TraceContext } from '../../../core/traceparent.ts';

/** Somebody else's span. */
export function remote(traceparent: string | undefined): SpanContext | undefined {
  const context = parseTraceparent(traceparent);
  if (context === undefined) return undefined;
  const { traceId, spanId, isSampled } = context;
  return { traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}

export const traceparentOf = (context: SpanContext | undefined): string | undefined =>
  context === undefined ? undefined : formatTraceparent(contextOf(context));

export const contextOf = ({ traceId, spanId, traceFlags }: SpanContext): TraceContext => ({
  traceId,
  spanId,
  isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0,
});

/** The context of whoever begins a span below `parent`; without one, of a new trace. */
export const below = (parent: SpanContext | undefined): Context =>
  parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
