import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface S3Drain {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/** S3 servers that forget what they are given, in processes of their own. */
export class S3Drains {
  readonly #binary: string;

  private constructor(binary: string) {
    this.#binary = binary;
  }

  /** Compiles the server into `folder`. */
  static prepare(folder: string): S3Drains {
    const binary = join(folder, 's3-drain');
    const source = join(import.meta.dirname, 'drain.c');
    const flags = ['-O2', '-D_GNU_SOURCE', '-pthread', '-o', binary, source];
    if (spawnSync('cc', flags, { stdio: 'inherit' }).status !== 0) throw new Error('this needs a C compiler');
    return new S3Drains(binary);
  }

  /** A server that answers each request after `delayMs`. */
  start(delayMs: number): Promise<S3Drain> {
    return started('http', [this.#binary, String(delayMs)]);
  }

  /** A server that speaks TLS, with the key and the certificate in these files. */
  startTls(keyPath: string, certificatePath: string): Promise<S3Drain> {
    return started('https', [process.execPath, join(import.meta.dirname, 'tls-drain.ts'), keyPath, certificatePath]);
  }
}

async function started(scheme: string, [command = '', ...args]: readonly string[]): Promise<S3Drain> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(child.stdout, 'data');
  return {
    endpoint: `${scheme}://127.0.0.1:${String(port).trim()}`,
    stop: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
