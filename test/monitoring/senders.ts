import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** Runs a program of DCMTK to its end, whatever that is; its exit code. */
export async function dcmtk(command: string, ...args: readonly string[]): Promise<number> {
  const child = spawn(command, args, { stdio: 'ignore' });
  const [code] = await once(child, 'close');
  return typeof code === 'number' ? code : -1;
}

export interface SenderOptions {
  readonly port: number;
  readonly files: readonly string[];
  readonly callingAeTitle: string;
  /** Between two associations. */
  readonly pauseMs: () => number;
}

/** Real `storescu`s that never stop: an association with new instances each time. */
export class Senders {
  readonly #senders: readonly Promise<void>[];
  #isOver = false;

  constructor(options: readonly SenderOptions[]) {
    this.#senders = options.map((sender) => this.#sendOn(sender));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#senders);
  }

  async #sendOn({ port, files, callingAeTitle, pauseMs }: SenderOptions): Promise<void> {
    while (!this.#isOver) {
      await store(port, files, callingAeTitle);
      await pause(pauseMs());
    }
  }
}

/** Sends files as new instances, in one association, going on after refusals. */
export const store = (port: number, files: readonly string[], callingAeTitle = 'STORESCU'): Promise<number> =>
  dcmtk(
    'storescu',
    '--no-halt',
    '--invent-instance',
    '-aet',
    callingAeTitle,
    '-aec',
    'STORESCP',
    '127.0.0.1',
    String(port),
    ...files,
  );
