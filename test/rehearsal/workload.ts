import type { Balancer } from './balancer.ts';
import { Pod, type PodEnd } from './pod.ts';
import type { Terms } from './terms.ts';

export interface WorkloadOptions {
  readonly terms: Terms;
  readonly balancer: Balancer;
  /** Where the service stores. */
  readonly environment: Readonly<Record<string, string>>;
  /** From a change of a pod until the controller of the balancer has told the balancer of it. */
  readonly controllerLagMs: number;
}

/**
 * The controllers between a Deployment and its pods: of the Deployment, of evictions under the PodDisruptionBudget, and
 * of the load balancer, whose readiness gate keeps a pod from being ready before its target is healthy.
 */
export class Workload {
  readonly #options: WorkloadOptions;
  readonly #pods = new Set<Pod>();
  readonly #cordoned = new Set<string>();
  readonly #ends: Promise<PodEnd>[] = [];
  readonly #deregistrations: Promise<void>[] = [];
  #waiting: (() => void)[] = [];
  #revision = 1;
  #created = 0;
  #starting = 0;
  #isScaledDown = false;
  /** The fewest healthy targets since the last look. */
  #fewestHealthy = Number.POSITIVE_INFINITY;

  constructor(options: WorkloadOptions) {
    this.#options = options;
  }

  /** Starts the replicas; resolves when all are ready. */
  async start(): Promise<void> {
    this.changed();
    await this.#until(() => this.#isComplete());
    this.#fewestHealthy = this.#options.balancer.healthy;
  }

  /** Something that the controllers watch is another. */
  changed(): void {
    this.#fewestHealthy = Math.min(this.#fewestHealthy, this.#options.balancer.healthy);
    this.#reconcile();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Replaces every pod by one of the next revision; resolves when that is done and the old ones are gone. */
  async rollingUpdate(): Promise<void> {
    this.#revision += 1;
    this.changed();
    await this.#until(() => this.#isComplete());
    await this.#untilGone();
  }

  /** Evicts the pods of all these nodes at once, as their drains do: each as soon as the budget allows it. */
  async drain(nodes: readonly string[]): Promise<void> {
    for (const node of nodes) this.#cordoned.add(node);
    const evicted = this.live.filter(({ node }) => nodes.includes(node));
    for (const pod of evicted) {
      await this.#until(() => this.#ready.length > this.#options.terms.replicas - this.#options.terms.disruptable);
      this.#terminate(pod);
    }
    await this.#until(() => this.#isComplete());
    await this.#untilGone();
    for (const node of nodes) this.#cordoned.delete(node);
  }

  /** SIGKILL for the process of the pod that has the most connections; resolves when all are ready again. */
  async killOne(): Promise<void> {
    const { balancer } = this.#options;
    const [busiest] = [...this.live].sort((a, b) => balancer.connectionsOf(b.name) - balancer.connectionsOf(a.name));
    await busiest?.kill();
    await this.#until(() => this.#isComplete());
  }

  /** Deletes all. */
  async scaleDown(): Promise<readonly PodEnd[]> {
    this.#isScaledDown = true;
    for (const pod of this.live) this.#terminate(pod);
    await this.#untilGone();
    return Promise.all(this.#ends);
  }

  /** Pods that nobody has deleted. */
  get live(): readonly Pod[] {
    return [...this.#pods].filter(({ isTerminating }) => !isTerminating);
  }

  get probeRestarts(): number {
    return [...this.#pods].reduce((sum, pod) => sum + pod.probeRestarts, 0);
  }

  /** The fewest healthy targets since the last call. */
  takeFewestHealthy(): number {
    const fewest = this.#fewestHealthy;
    this.#fewestHealthy = this.#options.balancer.healthy;
    return fewest;
  }

  get #ready(): readonly Pod[] {
    return this.live.filter((pod) => pod.containerReady && this.#options.balancer.isHealthy(pod.name));
  }

  #isComplete(): boolean {
    const current = this.#ready.filter(({ revision }) => revision === this.#revision);
    return current.length === this.#options.terms.replicas && this.live.length === this.#options.terms.replicas;
  }

  #reconcile(): void {
    const { terms, balancer } = this.#options;
    for (const pod of this.live) if (pod.containerReady) balancer.register(pod.name, pod.ports);
    if (this.#isScaledDown) return;
    const fresh = this.live.filter(({ revision }) => revision === this.#revision).length + this.#starting;
    const all = this.live.length + this.#starting;
    const wanted = Math.min(terms.replicas - fresh, terms.replicas + terms.maxSurge - all);
    for (let more = wanted; more > 0; more--) this.#create();
    for (const old of this.live.filter(({ revision }) => revision !== this.#revision)) {
      if (this.#ready.length - 1 < terms.replicas - terms.maxUnavailable) break;
      this.#terminate(old);
    }
  }

  async #create(): Promise<void> {
    this.#starting += 1;
    this.#created += 1;
    const { terms, environment } = this.#options;
    const node = this.#freeNode();
    const options = { name: `pod-${this.#created}`, revision: this.#revision, node, terms: terms.pod, environment };
    const pod = await Pod.start({ ...options, onChange: () => this.changed() });
    this.#starting -= 1;
    this.#pods.add(pod);
    this.changed();
  }

  /** Pods are spread: each on a node that takes new ones and has none. */
  #freeNode(): string {
    const taken = new Set(this.live.map(({ node }) => node));
    for (let number = 1; ; number++) {
      const node = `node-${number}`;
      if (!taken.has(node) && !this.#cordoned.has(node)) return node;
    }
  }

  #terminate(pod: Pod): void {
    if (pod.isTerminating) return;
    const end = pod.terminate();
    this.#ends.push(end);
    this.#deregistrations.push(this.#deregister(pod));
    this.changed();
  }

  async #deregister({ name }: Pod): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.#options.controllerLagMs));
    await this.#options.balancer.deregister(name);
  }

  async #untilGone(): Promise<void> {
    await Promise.all(this.#ends);
    await Promise.all(this.#deregistrations);
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
