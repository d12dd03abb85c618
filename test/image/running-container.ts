import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerEngine } from './container-engine.ts';

const POLL_MS = 20;
const START_LIMIT_MS = 30_000;

export interface Started {
  readonly address: string;
  /** From the start of the container to the first good answer of /readyz. */
  readonly readyAfterMs: number;
}

/** Waits until a container is ready, and says where it is. */
export async function untilReady(engine: ContainerEngine, container: string, startedAtMs: number): Promise<Started> {
  const networks = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  const address = await engine.podman('inspect', container, '--format', networks);
  while (Date.now() < startedAtMs + START_LIMIT_MS) {
    const answer = await fetch(`http://${address}:8080/readyz`).catch(() => undefined);
    if (answer?.ok) return { address, readyAfterMs: Date.now() - startedAtMs };
    await delay(POLL_MS);
  }
  throw new Error(`${container} is not ready: ${(await engine.tryPodman('logs', container)).output}`);
}

/** Asks the kernel what the process inside may do, and tries to write. */
export async function requireConfined(engine: ContainerEngine, container: string): Promise<void> {
  const script = `
    const { readFileSync, writeFileSync } = require('node:fs');
    const status = Object.fromEntries(readFileSync('/proc/1/status', 'utf8').split('\\n').map((line) => line.split(':\\t')));
    let root = 'writable';
    try { writeFileSync('/app/probe', ''); } catch (error) { root = error.code; }
    console.log(JSON.stringify({
      user: status.Uid.split('\\t')[0], group: status.Gid.split('\\t')[0],
      capabilities: status.CapEff, bounding: status.CapBnd, noNewPrivileges: status.NoNewPrivs, root,
    }));`;
  const found = await engine.podman('exec', container, 'node', '-e', script);
  if (found !== JSON.stringify(confined)) throw new Error(`not confined: ${found}`);
}

/** What a confined process looks like. */
const confined = {
  user: '1000',
  group: '1000',
  capabilities: '0000000000000000',
  bounding: '0000000000000000',
  noNewPrivileges: '1',
  root: 'EROFS',
} as const;
