import {
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  type TimeInput,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';

/** A span that was begun, for tests to look at. */
export interface RecordedSpan {
  readonly name: string;
  readonly parent: string | undefined;
  readonly startMs: TimeInput | undefined;
  endMs: TimeInput | undefined;
  failure: string | undefined;
  readonly links: string[];
  readonly attributes: Attributes;
}

/** A tracer that keeps its spans instead of sending them. */
export class RecordingTracer implements Tracer {
  readonly spans: RecordedSpan[] = [];
  readonly #isSampled: boolean;

  constructor(isSampled: boolean) {
    this.#isSampled = isSampled;
  }

  startSpan(name: string, options: SpanOptions = {}, context?: Context): Span {
    const parent = context === undefined ? undefined : trace.getSpanContext(context);
    const recorded: RecordedSpan = {
      name,
      parent: parent?.spanId,
      startMs: options.startTime,
      endMs: undefined,
      failure: undefined,
      links: [],
      attributes: { ...options.attributes },
    };
    this.spans.push(recorded);
    const spanContext: SpanContext = {
      traceId: parent?.traceId ?? 'a'.repeat(32),
      spanId: String(this.spans.length).padStart(16, '0'),
      traceFlags: this.#isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    };
    return spanOf(recorded, spanContext);
  }

  startActiveSpan(): never {
    throw new Error('nothing here is active');
  }
}

function spanOf(recorded: RecordedSpan, context: SpanContext): Span {
  const span: Span = {
    spanContext: () => context,
    setAttribute: () => span,
    setAttributes: (attributes: Attributes) => {
      Object.assign(recorded.attributes, attributes);
      return span;
    },
    addEvent: () => span,
    addLink: (link: Link) => {
      recorded.links.push(link.context.spanId);
      return span;
    },
    addLinks: () => span,
    setStatus: ({ message }: SpanStatus) => {
      recorded.failure = message;
      return span;
    },
    updateName: () => span,
    end: (endTime) => {
      recorded.endMs = endTime;
    },
    isRecording: () => true,
    recordException: () => undefined,
  };
  return span;
}
