import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What keeps processors awake, until it is stopped. */
export interface Awake {
  readonly stop: () => Promise<void>;
}

/**
 * Keeps every processor from halting until it is stopped: to wake one takes a virtual machine as long as all the work
 * for a small image, and the senders and receivers of a measurement wait for each other all the time.
 * @param folder for the program
 * @returns undefined where there is no C compiler
 */
export function keepAwake(folder: string): Awake | undefined {
  const binary = join(folder, 'awake');
  const source = join(import.meta.dirname, '../load/awake.c');
  if (spawnSync('cc', ['-O2', '-pthread', '-o', binary, source], { stdio: 'inherit' }).status !== 0) return undefined;
  const child = spawn(binary, [], { stdio: 'inherit' });
  const exited = once(child, 'exit');
  return {
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}
