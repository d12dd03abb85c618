import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';
import { ServiceProcess } from '../support/service-process.ts';
import type { PodTerms, ProbeTerms } from './terms.ts';

export interface PodOptions {
  readonly name: string;
  readonly revision: number;
  readonly node: string;
  readonly terms: PodTerms;
  /** Where the service stores. */
  readonly environment: Readonly<Record<string, string>>;
  /** Its readiness is another, or it is gone. */
  readonly onChange: () => void;
}

/** How a pod that was told to go has gone. */
export interface PodEnd {
  readonly pod: string;
  readonly exitCode: number | null;
  /** From the deletion to the end of the process. */
  readonly tookMs: number;
}

/** A pod as a kubelet runs it: the real service in a process of its own, its probes, its hook and its grace period. */
export class Pod {
  readonly name: string;
  readonly revision: number;
  readonly node: string;
  readonly ports: { readonly port: number; readonly adminPort: number };
  readonly #options: PodOptions;
  #process: ServiceProcess;
  #containerReady = false;
  #leaving: Promise<PodEnd> | undefined;
  /** How often the liveness or the startup probe has had the container started anew. */
  probeRestarts = 0;

  private constructor(options: PodOptions, ports: Pod['ports']) {
    this.name = options.name;
    this.revision = options.revision;
    this.node = options.node;
    this.ports = ports;
    this.#options = options;
    this.#process = this.#startContainer();
  }

  static async start(options: PodOptions): Promise<Pod> {
    return new Pod(options, { port: await freePort(), adminPort: await freePort() });
  }

  get containerReady(): boolean {
    return this.#containerReady;
  }

  get isTerminating(): boolean {
    return this.#leaving !== undefined;
  }

  /** Deletes the pod: the hook runs, then SIGTERM, and SIGKILL when the grace period is over. Idempotent. */
  terminate(): Promise<PodEnd> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  /** The process is gone from one moment to the next, and is started anew as a kubelet does for the first time: at once. */
  async kill(): Promise<void> {
    const killed = this.#process;
    await killed.stop('SIGKILL');
    this.#setReady(false);
    if (!this.isTerminating) this.#process = this.#startContainer();
  }

  #startContainer(): ServiceProcess {
    const { terms, environment } = this.#options;
    const process = ServiceProcess.spawn({
      ...terms.environment,
      ...environment,
      SCP_HOST: '127.0.0.1',
      SCP_ADMIN_HOST: '127.0.0.1',
      SCP_PORT: String(this.ports.port),
      SCP_ADMIN_PORT: String(this.ports.adminPort),
    });
    this.#probeOn(process);
    return process;
  }

  async #leave(): Promise<PodEnd> {
    const startedMs = performance.now();
    const process = this.#process;
    const { preStop, gracePeriodMs } = this.#options.terms;
    const graceOver = setTimeout(() => process.child.kill('SIGKILL'), gracePeriodMs);
    await runHook(preStop);
    const exitCode = await process.stop('SIGTERM');
    clearTimeout(graceOver);
    this.#setReady(false);
    return { pod: this.name, exitCode, tookMs: Math.round(performance.now() - startedMs) };
  }

  async #probeOn(process: ServiceProcess): Promise<void> {
    const { startup, liveness, readiness } = this.#options.terms;
    const isOver = () => process.child.exitCode !== null || process.child.signalCode !== null;
    await this.#probe(process, startup, isOver, (good) => good);
    if (isOver()) return;
    let alive = true;
    await Promise.all([
      this.#probe(process, liveness, isOver, (good) => {
        alive = good;
        return false;
      }),
      this.#probe(process, readiness, isOver, (good) => {
        this.#setReady(good && alive);
        return false;
      }),
    ]);
  }

  /**
   * Probes until `judge` says that it is enough. It hears of every success, and of failures when they are as many as the
   * threshold in a row; of the probes that restart containers that is counted.
   */
  async #probe(
    process: ServiceProcess,
    probe: ProbeTerms,
    isOver: () => boolean,
    judge: (good: boolean) => boolean,
  ): Promise<void> {
    for (let failures = 0; !isOver(); await sleep(probe.periodMs)) {
      const good = await this.#get(probe);
      failures = good ? 0 : failures + 1;
      if (good && judge(true)) return;
      if (failures < probe.failureThreshold || isOver()) continue;
      judge(false);
      if (probe === this.#options.terms.readiness) continue;
      this.probeRestarts += 1;
      process.child.kill('SIGKILL');
    }
  }

  async #get({ path, timeoutMs }: ProbeTerms): Promise<boolean> {
    const url = `http://127.0.0.1:${this.ports.adminPort}${path}`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch(() => undefined);
    await answer?.arrayBuffer().catch(() => undefined);
    return answer?.ok === true;
  }

  #setReady(ready: boolean): void {
    if (this.#containerReady === ready) return;
    this.#containerReady = ready;
    this.#options.onChange();
  }
}

/** The command of the manifest itself, to its end. */
const runHook = ([command = '', ...args]: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    execFile(command, args, (error) => (error === null ? resolve() : reject(error)));
  });
