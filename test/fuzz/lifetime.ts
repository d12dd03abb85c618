import type { Effect } from '../../service/dicom/effects.ts';

const afterTheEnd: ReadonlySet<Effect['do']> = new Set(['send', 'start-artim', 'stop-artim', 'close']);

/** Follows the effects of one acceptor over its whole life, and throws at the first that a service could not rely on. */
export class Lifetime {
  readonly #receiving = new Set<number>();
  readonly #unanswered = new Set<number>();
  #ended: Extract<Effect, { readonly do: 'ended' }> | undefined;
  #receivedBytes = 0;
  #passedBytes = 0;

  /** Stores whose data set is complete or under way: those that can be answered. */
  get answerable(): readonly number[] {
    return [...this.#receiving, ...this.#unanswered];
  }

  get ended(): Extract<Effect, { readonly do: 'ended' }> | undefined {
    return this.#ended;
  }

  received(bytes: number): void {
    this.#receivedBytes += bytes;
  }

  /** A store that is answered before its data set is complete is not spoken of any more. */
  answered(messageId: number): void {
    this.#receiving.delete(messageId);
    this.#unanswered.delete(messageId);
  }

  observe(effects: readonly Effect[]): void {
    for (const effect of effects) this.#observe(effect);
  }

  /** The transport is gone: nothing may be left open. */
  close(): void {
    expectThat(this.#ended !== undefined, 'the association never ended');
    expectThat(this.#receiving.size === 0, 'a store was neither completed nor cancelled');
  }

  #observe(effect: Effect): void {
    if (this.#ended !== undefined) expectThat(afterTheEnd.has(effect.do), `${effect.do} after the end`);
    switch (effect.do) {
      case 'send':
        expectThat(isWholePdus(effect.bytes), 'what is sent is not whole PDUs');
        return;
      case 'store-begin':
        expectThat(!this.#receiving.has(effect.store.messageId), 'a store begins twice');
        this.#receiving.add(effect.store.messageId);
        return;
      case 'store-data':
        expectThat(this.#receiving.has(effect.messageId), 'data for no store');
        this.#passedBytes += effect.bytes.length;
        expectThat(this.#passedBytes <= this.#receivedBytes, 'more data than was received');
        return;
      case 'store-end':
        expectThat(this.#receiving.delete(effect.messageId), 'the end of no store');
        this.#unanswered.add(effect.messageId);
        return;
      case 'store-cancelled':
        expectThat(this.#receiving.delete(effect.messageId), 'no store to cancel');
        return;
      case 'ended':
        this.#ended = effect;
        return;
    }
  }
}

function expectThat(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

function isWholePdus(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  while (at + 6 <= bytes.length) {
    const type = view.getUint8(at);
    if (type < 1 || type > 7) return false;
    at += 6 + view.getUint32(at + 2);
  }
  return at === bytes.length;
}
