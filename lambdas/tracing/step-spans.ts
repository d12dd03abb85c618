import type { TraceContext } from '../../core/traceparent.ts';

/** Identifiers, sizes and known words, as in the log. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** What a function did for a batch, told when it is over. */
export interface StepSpan {
  readonly name: string;
  /** The batch's place in its trace. */
  readonly parent: TraceContext;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: SpanAttributes;
  /** Why it failed, as a known word. */
  readonly failure?: string | undefined;
}

/** Where spans go. */
export interface StepSpans {
  readonly tell: (span: StepSpan) => void;
  /** Sends what was told. Rejects when that fails or takes too long; what was not sent is lost. */
  readonly flush: () => Promise<void>;
}
