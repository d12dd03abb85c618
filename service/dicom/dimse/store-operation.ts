import type { Emit } from '../effects.ts';
import type { DataSetUse } from './data-set-use.ts';
import type { Operations, PendingStore } from './operations.ts';

/** Passes the data set of a C-STORE on as it comes; one that was answered early is drained instead. */
export class StoreOperation implements DataSetUse {
  readonly #pending: PendingStore;
  readonly #messageId: number;
  readonly #operations: Operations;
  readonly #emit: Emit;
  readonly #answerNow: (pending: PendingStore) => void;

  /** `answerNow` sends the early answer of a store whose data set is complete. */
  constructor(pending: PendingStore, operations: Operations, emit: Emit, answerNow: (pending: PendingStore) => void) {
    this.#pending = pending;
    this.#messageId = pending.request.messageId;
    this.#operations = operations;
    this.#emit = emit;
    this.#answerNow = answerNow;
    operations.add(pending);
    emit({ do: 'store-begin', store: pending.request });
  }

  take(bytes: Uint8Array): void {
    if (!this.#pending.answer) this.#emit({ do: 'store-data', messageId: this.#messageId, bytes });
  }

  end(): void {
    this.#pending.isReceived = true;
    if (this.#pending.answer) this.#answerNow(this.#pending);
    else this.#emit({ do: 'store-end', messageId: this.#messageId });
  }

  cancel(): void {
    this.#operations.remove(this.#messageId);
    if (!this.#pending.answer) this.#emit({ do: 'store-cancelled', messageId: this.#messageId });
  }
}
