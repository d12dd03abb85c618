import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { shippedEnvironment, shippedService } from './shipped-service.ts';

export interface LogLine {
  readonly event?: string;
  readonly [field: string]: unknown;
}

/** A service that listens on these ports. */
export type ListeningService = ServiceProcess & { readonly port: number; readonly adminPort: number };

/** The real service in a process of its own. Its log is kept, and can be waited on. */
export class ServiceProcess {
  readonly child: ChildProcess;
  readonly log: LogLine[] = [];
  readonly exited: Promise<number | null>;
  #stderr = '';
  #waiting: (() => void)[] = [];

  private constructor(environment: Readonly<Record<string, string>>) {
    const [command, ...args] = shippedService;
    this.child = spawn(command, args, {
      env: { PATH: process.env.PATH, ...shippedEnvironment, SCP_LOG_LEVEL: 'debug', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (this.child.stdout === null || this.child.stderr === null) throw new Error('no output to read');
    createInterface(this.child.stdout).on('line', (line) => {
      this.log.push(JSON.parse(line));
      this.#wake();
    });
    this.child.stderr.on('data', (text) => {
      this.#stderr += text;
    });
    this.exited = once(this.child, 'close').then(([code]) => {
      this.#wake();
      return code;
    });
  }

  /** Starts on free ports; resolves as soon as the process runs. */
  static spawn(environment: Readonly<Record<string, string>>): ServiceProcess {
    return new ServiceProcess({ SCP_PORT: '0', SCP_ADMIN_PORT: '0', SCP_HOST: '127.0.0.1', ...environment });
  }

  /** Starts on free ports; resolves when the service listens. */
  static async start(environment: Readonly<Record<string, string>>): Promise<ListeningService> {
    const service = ServiceProcess.spawn(environment);
    const { port, adminPort } = await service.logged('service-listening');
    return Object.assign(service, { port: Number(port), adminPort: Number(adminPort) });
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** The first line of this event for which `matches` holds, now or later; rejects when the process ends without it. */
  async logged(event: string, matches: (line: LogLine) => boolean = () => true): Promise<LogLine> {
    for (;;) {
      const found = this.log.find((line) => line.event === event && matches(line));
      if (found !== undefined) return found;
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`the service ended without ${event}: ${this.#stderr}`);
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
