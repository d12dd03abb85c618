/** What happens in a simulated world, in words; kept only when somebody will read it. */
export class Trace {
  readonly lines: string[] = [];
  readonly #nowMs: () => number;
  readonly #isKept: boolean;

  constructor(nowMs: () => number, isKept: boolean) {
    this.#nowMs = nowMs;
    this.#isKept = isKept;
  }

  say(who: string, what: string): void {
    if (this.#isKept) this.lines.push(`${(this.#nowMs() / 1_000).toFixed(3).padStart(9)} ${who.padEnd(12)} ${what}`);
  }
}
