import {
  type Attributes,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import type { TraceContext } from '../../../core/traceparent.ts';
import { type Decisions, decide } from '../decisions.ts';
import type { TelemetryEvent } from '../events.ts';
import { LiveSpans } from './live-spans.ts';
import { below, contextOf } from './span-context.ts';
import { spanDecisions } from './span-decisions.ts';

/** A span that began and ended before it was told of. */
export interface PastSpan {
  readonly name: string;
  readonly parent: SpanContext | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  /** Why it failed, as a stable code. */
  readonly failure?: string | undefined;
}

/** A span that goes on. */
export interface BegunSpan {
  readonly name: string;
  readonly parent: SpanContext | undefined;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
}

/** Makes spans of events: associations and batches are spans as long as they live, all others are told when over. */
export class SpanProjection {
  readonly associations = new LiveSpans();
  readonly batches = new LiveSpans();
  readonly #tracer: Tracer;
  readonly #nowMs: () => number;
  readonly #decisions: Decisions<SpanContext | undefined>;

  /** @param nowMs milliseconds since the epoch */
  constructor(tracer: Tracer, nowMs: () => number) {
    this.#tracer = tracer;
    this.#nowMs = nowMs;
    this.#decisions = spanDecisions(this);
  }

  /** @returns the span that the event is, or that it belongs to */
  project(event: TelemetryEvent): TraceContext | undefined {
    const context = decide(this.#decisions, event) ?? this.#placeOf(event);
    return context === undefined ? undefined : contextOf(context);
  }

  get nowMs(): number {
    return this.#nowMs();
  }

  begin({ name, parent, kind, attributes }: BegunSpan): Span {
    return this.#tracer.startSpan(name, { kind, attributes, startTime: this.#nowMs() }, below(parent));
  }

  end(span: Span, attributes: Attributes, failure?: string): SpanContext {
    span.setAttributes(attributes);
    if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
    span.end(this.#nowMs());
    return span.spanContext();
  }

  /** @returns the context of the new span, or of its parent where that is not recorded */
  past({ name, parent, startMs, endMs, attributes, failure }: PastSpan): SpanContext | undefined {
    if (parent !== undefined && (parent.traceFlags & TraceFlags.SAMPLED) === 0) return parent;
    const span = this.#tracer.startSpan(
      name,
      { kind: SpanKind.INTERNAL, attributes, startTime: startMs },
      below(parent),
    );
    if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
    span.end(endMs);
    return span.spanContext();
  }

  #placeOf(event: TelemetryEvent): SpanContext | undefined {
    if ('associationId' in event && event.associationId !== undefined) {
      const context = this.associations.contextOf(event.associationId);
      if (context !== undefined) return context;
    }
    return 'batchId' in event ? this.batches.contextOf(event.batchId) : undefined;
  }
}
