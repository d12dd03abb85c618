import type { Output } from './context.ts';

const BAR_CHARACTERS = 24;

/** A line at the foot of a terminal that tells how far things are. Elsewhere it says nothing. */
export class ProgressBar {
  readonly #output: Output;
  #shown = '';

  constructor(output: Output) {
    this.#output = output;
  }

  show(text: string): void {
    const line = text.slice(0, Math.max(0, this.#output.columns - 1));
    if (!this.#output.isTty || line === this.#shown) return;
    this.#output.write(`\r${line.padEnd(this.#shown.length)}`);
    this.#shown = line;
  }

  /** A bar that is full at `total`, and a text behind it. */
  draw(done: number, total: number, text: string): void {
    const filled = total === 0 ? 0 : Math.floor((done / total) * BAR_CHARACTERS);
    this.show(`${'█'.repeat(filled)}${'░'.repeat(BAR_CHARACTERS - filled)}  ${text}`);
  }

  clear(): void {
    if (!this.#output.isTty || this.#shown === '') return;
    this.#output.write(`\r${' '.repeat(this.#shown.length)}\r`);
    this.#shown = '';
  }
}
