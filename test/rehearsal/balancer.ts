import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Random } from '../simulation/random.ts';
import { Target } from './target.ts';
import type { BalancerTerms } from './terms.ts';

export interface BalancerOptions {
  readonly terms: BalancerTerms;
  /**
   * From the moment that a target is deregistered or found unhealthy until the last node of the balancer sends no new
   * connection there.
   */
  readonly propagationMs: number;
  readonly random: Random;
  /** The health of a target is another. */
  readonly onChange: () => void;
}

/**
 * Takes TCP connections for targets as an AWS Network Load Balancer does with targets of type `ip`: new ones go to a
 * healthy target, to any registered one if none is healthy, and stay there until either side closes them.
 */
export class Balancer {
  readonly #options: BalancerOptions;
  readonly #targets = new Map<string, Target>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** New connections that found nobody. */
  turnedAway = 0;

  private constructor(options: BalancerOptions) {
    this.#options = options;
    // Each side may close its half; the other learns of it and goes on.
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#forward(socket));
  }

  static async open(options: BalancerOptions): Promise<Balancer> {
    const balancer = new Balancer(options);
    balancer.#server.listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    return balancer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Targets that take new connections and would answer them, as far as the health checks know. */
  get healthy(): number {
    return [...this.#targets.values()].filter(({ state }) => state === 'healthy').length;
  }

  isHealthy(name: string): boolean {
    return this.#targets.get(name)?.state === 'healthy';
  }

  connectionsOf(name: string): number {
    return this.#targets.get(name)?.connections ?? 0;
  }

  register(name: string, ports: { readonly port: number; readonly adminPort: number }): void {
    if (this.#targets.has(name)) return;
    const { terms, propagationMs, onChange } = this.#options;
    this.#targets.set(name, new Target({ terms, propagationMs, ports, onChange }));
  }

  /** The target takes no new connection any more, when all the balancer knows it. Those that it has go on. */
  async deregister(name: string): Promise<void> {
    const target = this.#targets.get(name);
    if (target === undefined) return;
    await target.drain();
    this.#targets.delete(name);
    this.#options.onChange();
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const target of this.#targets.values()) target.stop();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #forward(downstream: Socket): void {
    const target = this.#choose();
    if (target === undefined) {
      this.turnedAway += 1;
      downstream.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const upstream = connect({ port: target.ports.port, host: '127.0.0.1', allowHalfOpen: true });
    target.carry(upstream);
    for (const [from, to] of [
      [downstream, upstream],
      [upstream, downstream],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay();
      from.pipe(to);
      // A reset passes through, as every segment does.
      from.on('error', () => to.resetAndDestroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        if (!to.writableEnded) to.destroy();
      });
    }
  }

  #choose(): Target | undefined {
    const targets = [...this.#targets.values()];
    const open = targets.filter((target) => target.takesNew);
    const candidates = open.length > 0 ? open : targets.filter(({ state }) => state !== 'draining');
    return candidates[this.#options.random.between(0, candidates.length - 1)];
  }
}
