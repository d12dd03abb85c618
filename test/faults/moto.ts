import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const ASK_AGAIN_MS = 200;

export interface Moto {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** moto, if it is installed: another S3 server, which answers without our faults. */
export async function startMoto(): Promise<Moto | undefined> {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  free.close();
  const moto = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const failed = new Promise<false>((resolve) =>
    moto.on('error', () => resolve(false)).on('exit', () => resolve(false)),
  );
  const answers = async (): Promise<boolean> => {
    const isUp = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (isUp) return true;
    await sleep(ASK_AGAIN_MS);
    return answers();
  };
  if (!(await Promise.race([answers(), failed]))) return undefined;
  return {
    port,
    stop: async () => {
      moto.kill();
      await once(moto, 'exit');
    },
  };
}
