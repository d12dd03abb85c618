import type { ActionRequest, OperationAnswer, StoreRequest } from '../effects.ts';
import { PeerFault } from '../errors.ts';

export interface PendingStore {
  readonly kind: 'store';
  readonly request: StoreRequest;
  /** Its data set is complete. */
  isReceived: boolean;
  /** Sent once the data set is complete, however early it was given. */
  answer: OperationAnswer | undefined;
}

export interface PendingAction {
  readonly kind: 'action';
  readonly request: ActionRequest;
}

/** The operations a peer has outstanding on an association, within the window it was granted. */
export class Operations {
  readonly #window: number;
  readonly #pending = new Map<number, PendingStore | PendingAction>();

  constructor(window: number) {
    this.#window = window;
  }

  get count(): number {
    return this.#pending.size;
  }

  get storeCount(): number {
    let count = 0;
    for (const { kind } of this.#pending.values()) if (kind === 'store') count++;
    return count;
  }

  has(messageId: number): boolean {
    return this.#pending.has(messageId);
  }

  /** PS3.7 D.3.3.3: throws the PeerFault of a peer that invokes one operation too many. */
  checkWindow(): void {
    if (this.#pending.size >= this.#window) {
      throw new PeerFault('OPERATIONS_WINDOW_EXCEEDED', `more than ${this.#window} outstanding`);
    }
  }

  add(operation: PendingStore | PendingAction): void {
    this.#pending.set(operation.request.messageId, operation);
  }

  store(messageId: number): PendingStore | undefined {
    const operation = this.#pending.get(messageId);
    return operation?.kind === 'store' ? operation : undefined;
  }

  action(messageId: number): PendingAction | undefined {
    const operation = this.#pending.get(messageId);
    return operation?.kind === 'action' ? operation : undefined;
  }

  remove(messageId: number): void {
    this.#pending.delete(messageId);
  }
}
