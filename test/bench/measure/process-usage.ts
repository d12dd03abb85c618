import { readdirSync, readFileSync } from 'node:fs';

/** Of /proc/<pid>/stat: USER_HZ is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

interface Stat {
  readonly parent: number;
  readonly cpuSeconds: number;
}

/** CPU time so far, of all threads, of a process, its children that live and its children that have ended. */
export function cpuSecondsOf(pid: number): number {
  return treeOf(pid).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

/** Most memory that the process and its living children ever had resident, added up, in bytes. */
export const peakRssOf = (pid: number): number => memoryOf(pid, 'VmHWM');

/** Memory that they have resident now, in bytes. */
export const rssOf = (pid: number): number => memoryOf(pid, 'VmRSS');

export const openFilesOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

function memoryOf(pid: number, field: 'VmHWM' | 'VmRSS'): number {
  const kib = treeOf(pid).map(({ pid: member }) => {
    const line = read(`/proc/${member}/status`)?.match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'));
    return Number(line?.[1] ?? 0);
  });
  return kib.reduce((sum, each) => sum + each, 0) * 1024;
}

function treeOf(root: number): readonly (Stat & { readonly pid: number })[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = statOf(Number(name));
      return stat === undefined ? [] : [{ pid: Number(name), ...stat }];
    });
  const members = new Set([root]);
  // A child may have a lower number than its parent, once numbers have wrapped: look until nothing is added.
  for (let before = 0; before < members.size; ) {
    before = members.size;
    for (const { pid, parent } of all) if (members.has(parent)) members.add(pid);
  }
  return all.filter(({ pid }) => members.has(pid));
}

/** Fields 4 and 14 to 17 of proc(5); the command in brackets may hold anything. */
function statOf(pid: number): Stat | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [utime = 0, stime = 0, childrenUtime = 0, childrenStime = 0] = fields.slice(11, 15);
  return { parent: fields[1] ?? 0, cpuSeconds: (utime + stime + childrenUtime + childrenStime) / ticksPerSecond };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
