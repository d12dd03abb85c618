import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BalancerTerms } from './terms.ts';

export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'draining';

export interface TargetOptions {
  readonly terms: BalancerTerms;
  readonly propagationMs: number;
  readonly ports: { readonly port: number; readonly adminPort: number };
  readonly onChange: () => void;
}

/** One target of the balancer: its health, and the connections that it has been given. */
export class Target {
  readonly ports: TargetOptions['ports'];
  readonly #options: TargetOptions;
  readonly #connections = new Set<Socket>();
  readonly #over = new AbortController();
  #state: TargetState = 'initial';
  #takesNew = false;

  constructor(options: TargetOptions) {
    this.#options = options;
    this.ports = options.ports;
    this.#checkOn();
  }

  get state(): TargetState {
    return this.#state;
  }

  /** Whether new connections still come: the balancer as a whole learns late that they should not. */
  get takesNew(): boolean {
    return this.#takesNew;
  }

  get connections(): number {
    return this.#connections.size;
  }

  carry(connection: Socket): void {
    this.#connections.add(connection);
    connection.on('close', () => this.#connections.delete(connection));
  }

  /** Resolves when it takes no new connections. */
  async drain(): Promise<void> {
    const { terms, propagationMs } = this.#options;
    this.#become('draining');
    await sleep(propagationMs);
    this.#takesNew = false;
    this.stop();
    if (!terms.cutsDeregistered) return;
    await sleep(terms.deregistrationDelayMs - propagationMs);
    this.#cut();
  }

  stop(): void {
    this.#over.abort();
  }

  async #checkOn(): Promise<void> {
    const { terms } = this.#options;
    let [passed, failed] = [0, 0];
    while (!this.#over.signal.aborted) {
      const isGood = await this.#check();
      passed = isGood ? passed + 1 : 0;
      failed = isGood ? 0 : failed + 1;
      if (passed >= terms.healthyAfter) this.#become('healthy');
      if (failed >= terms.unhealthyAfter) this.#become('unhealthy');
      await sleep(terms.intervalMs);
    }
  }

  async #check(): Promise<boolean> {
    const url = `http://127.0.0.1:${this.ports.adminPort}${this.#options.terms.path}`;
    // The time-out of a health check over HTTP is six seconds by default.
    const answer = await fetch(url, { signal: AbortSignal.timeout(6_000) }).catch(() => undefined);
    await answer?.arrayBuffer().catch(() => undefined);
    return answer?.ok === true;
  }

  #become(state: TargetState): void {
    if (this.#state === state || this.#state === 'draining') return;
    this.#state = state;
    if (state === 'healthy') this.#takesNew = true;
    if (state === 'unhealthy') this.#turnAway();
    this.#options.onChange();
  }

  async #turnAway(): Promise<void> {
    await sleep(this.#options.propagationMs);
    if (this.#state !== 'unhealthy') return;
    this.#takesNew = false;
    if (this.#options.terms.cutsUnhealthy) this.#cut();
  }

  #cut(): void {
    for (const connection of this.#connections) connection.resetAndDestroy();
  }
}
