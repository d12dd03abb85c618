import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const main = join(import.meta.dirname, '../service/main.ts');

/** A line of the service's log. */
export interface ServiceLogLine {
  readonly event?: string;
  readonly [field: string]: unknown;
}

/** The service did not come to listen. `message` is what it said. */
export class ServiceStartError extends Error {
  override readonly name = 'ServiceStartError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

export interface RunningService {
  readonly dicomPort: number;
  readonly adminPort: number;
  readonly exited: Promise<{ readonly code: number | null; readonly stderr: string }>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/**
 * Starts the service in a process of its own; resolves when it listens.
 * @throws ServiceStartError
 */
export async function startService(options: {
  readonly environment: Readonly<Record<string, string>>;
  readonly onLog: (line: ServiceLogLine) => void;
}): Promise<RunningService> {
  const child = spawn(process.execPath, [main], { env: { ...options.environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const exited = once(child, 'close').then(([code]: (number | null)[]) => ({ code: code ?? null, stderr }));
  const listening = new Promise<ServiceLogLine>((resolve) => {
    createInterface(child.stdout).on('line', (text) => {
      const line: ServiceLogLine = JSON.parse(text);
      if (line.event === 'service-listening') resolve(line);
      options.onLog(line);
    });
  });
  const started = await Promise.race([listening, exited.then(({ code }) => code ?? 1)]);
  if (typeof started === 'number') throw new ServiceStartError(stderr.trimEnd(), started);
  return {
    dicomPort: Number(started.port),
    adminPort: Number(started.adminPort),
    exited,
    kill: (signal) => child.kill(signal),
  };
}
