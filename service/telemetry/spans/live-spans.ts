import type { Span, SpanContext } from '@opentelemetry/api';

/** How many that have ended are remembered: what was under way when an association ended is told of after it. */
const MAX_ENDED = 1_000;

/** Spans that go on, by the id of what they stand for. */
export class LiveSpans {
  readonly #live = new Map<string, Span>();
  readonly #ended = new Map<string, SpanContext>();

  begin(id: string, span: Span): SpanContext {
    this.#live.set(id, span);
    return span.spanContext();
  }

  get(id: string): Span | undefined {
    return this.#live.get(id);
  }

  /** The span to end, once. */
  take(id: string): Span | undefined {
    const span = this.#live.get(id);
    if (span === undefined) return undefined;
    this.#live.delete(id);
    this.#ended.set(id, span.spanContext());
    if (this.#ended.size > MAX_ENDED) {
      const [oldest] = this.#ended.keys();
      if (oldest !== undefined) this.#ended.delete(oldest);
    }
    return span;
  }

  /** Of one that goes on, or that ended lately. */
  contextOf(id: string): SpanContext | undefined {
    return this.#live.get(id)?.spanContext() ?? this.#ended.get(id);
  }

  /** Ends all that go on: the process ends. */
  endAll(nowMs: number): void {
    for (const span of this.#live.values()) span.end(nowMs);
    this.#live.clear();
  }
}
