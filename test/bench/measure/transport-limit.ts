import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Generator } from '../load/generator.ts';
import { cpuSecondsOf } from './process-usage.ts';

export interface TransportLimit {
  readonly mbPerSecond: number;
  readonly cpuSecondsPerGb: number;
}

const replayTs = join(import.meta.dirname, '../load/replay.ts');

/** The receivers of the raw measurement by their names, as the generator is and in Node; their file is `path`. */
export function drains(generator: Generator, path: string): Readonly<Record<string, readonly string[]>> {
  const inNode = [process.execPath, replayTs, 'drain'];
  return {
    'raw TCP, read(2) of 64 KiB': generator.drainCommand,
    "raw TCP, Node's 'data' events, each freed": inNode,
    'raw TCP, read(2) of 64 KiB, write(2) into one file': [...generator.drainCommand, path],
    "raw TCP, Node's 'data' events, writeSync into one file": [...inNode, path],
    'the same, and a CRC-32': [...inNode, path, 'checked'],
  };
}

/** Bytes over loopback TCP to a receiver that reads, and at most writes: what no protocol above it can exceed. */
export async function transportLimit(
  generator: Generator,
  drainCommand: readonly string[],
  bytes: number,
): Promise<TransportLimit> {
  const [command = '', ...args] = drainCommand;
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [port] = await once(child.stdout, 'data');
    const before = cpuSecondsOf(child.pid ?? 0);
    const { seconds } = await generator.pump(Number(port), bytes);
    const cpuSeconds = cpuSecondsOf(child.pid ?? 0) - before;
    return { mbPerSecond: bytes / 1e6 / seconds, cpuSecondsPerGb: cpuSeconds / (bytes / 1e9) };
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
