/** What passed in one stretch of time. */
export interface ThroughputSlot {
  readonly instances: number;
  readonly bytes: number;
  readonly refused: number;
}

export const slotMs = 10_000;
export const slotCount = 60;

const nothing: ThroughputSlot = { instances: 0, bytes: 0, refused: 0 };

/** The last ten minutes, in stretches of ten seconds. */
export class Throughput {
  readonly #slots: ThroughputSlot[] = Array.from({ length: slotCount }, () => nothing);
  #current = Number.NEGATIVE_INFINITY;

  add(passed: ThroughputSlot, monotonicMs: number): void {
    this.#moveTo(monotonicMs);
    const { instances, bytes, refused } = this.#slots.at(-1) ?? nothing;
    this.#slots[slotCount - 1] = {
      instances: instances + passed.instances,
      bytes: bytes + passed.bytes,
      refused: refused + passed.refused,
    };
  }

  /** The oldest first; the last one is not over yet. */
  slots(monotonicMs: number): readonly ThroughputSlot[] {
    this.#moveTo(monotonicMs);
    return [...this.#slots];
  }

  #moveTo(monotonicMs: number): void {
    const slot = Math.floor(monotonicMs / slotMs);
    const passed = Math.min(slotCount, Math.max(0, slot - this.#current));
    for (let step = 0; step < passed; step++) {
      this.#slots.shift();
      this.#slots.push(nothing);
    }
    this.#current = Math.max(slot, this.#current);
  }
}
