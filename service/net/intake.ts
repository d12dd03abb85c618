import type { Association, StoreRequest } from '../dicom/effects.ts';
import type { Refusal } from '../ingest/refusal.ts';
import type { ByteAccount, BytesInFlight } from './bytes-in-flight.ts';

/** Where one instance goes, as a connection sees it. */
export interface Sink {
  /** The bytes may be overwritten when it has returned, or when what it answered has resolved. */
  readonly write: (bytes: Uint8Array) => Promise<void> | undefined;
  readonly finish: () => Promise<Refusal | undefined>;
  readonly cancel: () => Promise<void>;
}

export interface IntakeOptions {
  readonly openSink: (request: StoreRequest, association: Association) => Sink;
  readonly bytesInFlight: BytesInFlight;
}

/** The instances that one association is bringing, by message ID. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #incoming = new Map<number, { readonly sink: Sink; readonly account: ByteAccount }>();

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Whether an instance has begun and is not complete. */
  get isReceiving(): boolean {
    return this.#incoming.size > 0;
  }

  begin(request: StoreRequest, association: Association): void {
    const { openSink, bytesInFlight } = this.#options;
    this.#incoming.set(request.messageId, {
      sink: openSink(request, association),
      account: bytesInFlight.open(),
    });
  }

  /** Answers a promise when the peer should be kept from sending until it resolves. */
  data(messageId: number, bytes: Uint8Array): Promise<void> | undefined {
    const incoming = this.#incoming.get(messageId);
    if (incoming === undefined) return undefined;
    incoming.account.take(bytes.length);
    return incoming.sink.write(bytes);
  }

  /** The instance is complete. Resolves to why it is not kept, or to undefined when success may be answered. */
  async end(messageId: number): Promise<Refusal | undefined> {
    const incoming = this.#take(messageId);
    if (incoming === undefined) throw new Error('the end of an instance that did not begin');
    try {
      return await incoming.sink.finish();
    } finally {
      incoming.account.close();
    }
  }

  /** The rest of the instance will not come. */
  async cancel(messageId: number): Promise<void> {
    const incoming = this.#take(messageId);
    await incoming?.sink.cancel().finally(incoming.account.close);
  }

  #take(messageId: number) {
    const incoming = this.#incoming.get(messageId);
    this.#incoming.delete(messageId);
    return incoming;
  }
}
