import { startService } from '../../local/service-process.ts';

export interface ServiceHere {
  readonly dicomPort: number;
  /** What the process has, and the ports that it has come to listen on. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables of the container that its process on this machine has another value of. */
  readonly changed: readonly string[];
  /** Kills it without warning. */
  readonly kill: () => Promise<void>;
  /** Has it end, unless it has been killed. @throws Error when the service does not end as it should */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the process of the image.
 * @param container the environment that it would have in its container
 * @param aws what points clients of AWS at the emulator
 */
export async function startServiceHere(
  container: Readonly<Record<string, string>>,
  aws: Readonly<Record<string, string>>,
  onSealed: (batchId: string, files: number) => void,
): Promise<ServiceHere> {
  const { environment, changed } = onThisMachine(container, aws);
  const service = await startService({
    environment,
    onLog: ({ event, batchId, files }) => {
      if (event === 'batch-sealed') onSealed(String(batchId), Number(files));
    },
  });
  let killed = false;
  return {
    dicomPort: service.dicomPort,
    environment: { ...environment, SCP_PORT: String(service.dicomPort), SCP_ADMIN_PORT: String(service.adminPort) },
    changed,
    kill: async () => {
      killed = true;
      service.kill('SIGKILL');
      await service.exited;
    },
    stop: async () => {
      if (killed) return;
      service.kill('SIGTERM');
      const { code, stderr } = await service.exited;
      if (code !== 0) throw new Error(`the service ended with ${code}: ${stderr}`);
    },
  };
}

/**
 * What differs where the container's process runs on this machine: ports, which no network of its own keeps apart, and
 * what AWS would have put into every container.
 * @returns the environment of the process, and the names of the container's variables that have another value in it
 */
export function onThisMachine(
  container: Readonly<Record<string, string>>,
  aws: Readonly<Record<string, string>>,
): { readonly environment: Readonly<Record<string, string>>; readonly changed: readonly string[] } {
  const ours: Readonly<Record<string, string>> = {
    SCP_PORT: '0',
    SCP_ADMIN_PORT: '0',
    SCP_HOST: '127.0.0.1',
    SCP_ADMIN_HOST: '127.0.0.1',
    ...aws,
  };
  return {
    environment: { ...container, ...ours },
    changed: Object.keys(ours).filter((name) => container[name] !== undefined && container[name] !== ours[name]),
  };
}
