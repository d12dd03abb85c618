/** One line that tells what is going on now; on a terminal it is written over, elsewhere each step is a line. */
export class ProgressLine {
  readonly #output: NodeJS.WriteStream;
  #width = 0;

  constructor(output: NodeJS.WriteStream) {
    this.#output = output;
  }

  show(text: string): void {
    if (!this.#output.isTTY) {
      this.#output.write(`${text}\n`);
      return;
    }
    this.#output.write(`\r${text.padEnd(this.#width)}`);
    this.#width = text.length;
  }

  /** Takes the line away. */
  end(): void {
    if (this.#output.isTTY) this.#output.write(`\r${' '.repeat(this.#width)}\r`);
  }
}
