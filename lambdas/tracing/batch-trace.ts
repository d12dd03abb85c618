import { parseTraceparent } from '../../core/traceparent.ts';
import type { SpanAttributes, StepSpan, StepSpans } from './step-spans.ts';

/** What of the log is needed: keys of every line that follows. */
interface KeyedLog {
  readonly appendKeys: (keys: { readonly traceparent: string }) => void;
  readonly resetKeys: () => void;
}

export interface BatchTraceOptions {
  /** What the spans of steps are called. */
  readonly name: string;
  readonly log: KeyedLog;
  /** Loads what sends spans, when there is one to send; undefined where they have nowhere to go. */
  readonly load: (() => Promise<StepSpans>) | undefined;
  /** Spans could not be sent. */
  readonly onTrouble: (error: unknown) => void;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
}

/**
 * The trace of the batch that a function works on. It becomes known on the way, with the manifest or the ledger's
 * record; from then on the log names it, and what is done is told as a span in it when it is over. Spans never fail a
 * step.
 */
export class BatchTrace {
  readonly #options: BatchTraceOptions;
  #spans: StepSpans | undefined;
  #untold: StepSpan[] = [];
  #traceparent: string | undefined;
  #attributes: Record<string, string | number | boolean> = {};

  constructor(options: BatchTraceOptions) {
    this.#options = options;
  }

  /** The step at hand is of a batch of this trace. */
  readonly continueFrom = (traceparent: string): void => {
    this.#traceparent = traceparent;
    this.#options.log.appendKeys({ traceparent });
  };

  /** Says more of the step at hand. */
  note(attributes: SpanAttributes): void {
    Object.assign(this.#attributes, attributes);
  }

  /** Does what concerns one batch; what was known of the one before is forgotten first. `flush` sends the span. */
  async step<T>(task: () => Promise<T>): Promise<T> {
    const { name, log, nowMs } = this.#options;
    log.resetKeys();
    this.#traceparent = undefined;
    this.#attributes = {};
    const startMs = nowMs();
    let failure: string | undefined;
    try {
      return await task();
    } catch (error) {
      failure = error instanceof Error ? error.name : 'Error';
      throw error;
    } finally {
      this.tell(name, this.#traceparent, startMs, this.#attributes, failure);
    }
  }

  /** The same, for a function that works on one batch: sends what was told, too. */
  async invocation<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await this.step(task);
    } finally {
      await this.flush();
    }
  }

  /** Tells of something that was done for a batch and ends now; nothing where its trace is not sampled. */
  tell(
    name: string,
    traceparent: string | undefined,
    startMs: number,
    attributes: SpanAttributes,
    failure?: string,
  ): void {
    const { load, nowMs } = this.#options;
    const parent = load === undefined ? undefined : parseTraceparent(traceparent);
    if (parent?.isSampled) this.#untold.push({ name, parent, startMs, endMs: nowMs(), attributes, failure });
  }

  /** Sends what was told. Never rejects, and does not wait for long. */
  async flush(): Promise<void> {
    const { load, onTrouble } = this.#options;
    const spans = this.#untold;
    this.#untold = [];
    if (load === undefined || spans.length === 0) return;
    try {
      this.#spans ??= await load();
      for (const span of spans) this.#spans.tell(span);
      await this.#spans.flush();
    } catch (error) {
      onTrouble(error);
    }
  }
}
