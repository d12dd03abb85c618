import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

/** The machine's shape in a sentence: figures of one say little of another. */
export function machineShape(): string {
  const system = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux';
  const memoryGib = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${memoryGib} GiB, ${system}, kernel ${release()}, Node ${process.version}`;
}

/** Version of an installed Debian package. */
export function debianVersion(name: string): string {
  return spawnSync('dpkg-query', ['--show', `--showformat=\${Version}`, name], { encoding: 'utf8' }).stdout || 'absent';
}

/** Version of the pynetdicom that `python3` can import, or undefined. */
export function pynetdicomVersion(): string | undefined {
  const program = 'import pynetdicom; print(pynetdicom.__version__)';
  const { status, stdout } = spawnSync('python3', ['-c', program], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** Seconds of processor time that the hypervisor gave to others, and all seconds, since the machine started. */
export interface CpuTimes {
  readonly stolen: number;
  readonly busy: number;
  readonly all: number;
}

/** Line `cpu` of /proc/stat (proc(5)): user, nice, system, idle, iowait, irq, softirq, steal. */
export function cpuTimes(): CpuTimes {
  const line = readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '';
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const all = ticks.reduce((sum, each) => sum + each, 0);
  const [, , , idle = 0, iowait = 0, , , stolen = 0] = ticks;
  return { stolen: stolen / 100, busy: (all - idle - iowait) / 100, all: all / 100 };
}
