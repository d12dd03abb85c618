import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';
import { shippedEnvironment, shippedService } from '../support/shipped-service.ts';

/** Who receives: a server that is started anew for each measurement. */
export interface Receiver {
  readonly name: string;
  /** The command that listens on `port`; files go below `folder`. */
  readonly command: (place: Place) => Promise<readonly string[]> | readonly string[];
  readonly environment?: (place: Place) => Readonly<Record<string, string>>;
  /** Share of a workload's instances that it is sent: rates are compared, and some would take an hour. */
  readonly share?: number;
}

export interface Place {
  readonly port: number;
  readonly folder: string;
  readonly pduBytes: number;
}

export interface Running {
  readonly port: number;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

const node = process.execPath;
const here = (name: string): string => join(import.meta.dirname, name);
const noDelay = () => ({ TCP_NODELAY: '1' });

export const receivers = {
  /** Our sockets and protocol before a sink that forgets. */
  oursDiscarding: {
    name: 'ours, discarding',
    command: ({ port, pduBytes }) => [
      ...shippedService.slice(0, -1),
      here('discard-service.ts'),
      ...['--port', `${port}`, '--max-pdu', `${pduBytes}`],
    ],
    environment: () => shippedEnvironment,
  },
  /** The service as shipped, to a folder. `fsync` off: the promise that the others give. */
  oursToDisk: {
    name: 'ours, to disk',
    command: () => shippedService,
    environment: ({ port, folder, pduBytes }) => ({
      ...shippedEnvironment,
      SCP_HOST: '127.0.0.1',
      SCP_PORT: `${port}`,
      SCP_ADMIN_HOST: '127.0.0.1',
      SCP_ADMIN_PORT: '0',
      SCP_FOLDER: folder,
      SCP_FOLDER_FSYNC: 'false',
      SCP_MAX_PDU_BYTES: `${pduBytes}`,
    }),
  },
  storescpIgnoring: {
    name: 'DCMTK storescp --ignore',
    command: ({ port, pduBytes }) => ['storescp', '--ignore', '--max-pdu', dcmtkMaxPdu(pduBytes), `${port}`],
    environment: noDelay,
  },
  storescpAsItComes: {
    name: 'DCMTK storescp --ignore, as it comes (Nagle)',
    command: ({ port, pduBytes }) => ['storescp', '--ignore', '--max-pdu', dcmtkMaxPdu(pduBytes), `${port}`],
    share: 0.01,
  },
  storescpToDisk: {
    name: 'DCMTK storescp +B',
    command: ({ port, folder, pduBytes }) => [
      ...['storescp', '+B', '--output-directory', folder],
      ...['--max-pdu', dcmtkMaxPdu(pduBytes), `${port}`],
    ],
    environment: noDelay,
  },
  storescpToDiskAsItComes: {
    name: 'DCMTK storescp +B, as it comes (Nagle)',
    command: ({ port, folder, pduBytes }) => [
      ...['storescp', '+B', '--output-directory', folder],
      ...['--max-pdu', dcmtkMaxPdu(pduBytes), `${port}`],
    ],
    share: 0.01,
  },
  dcmjsDiscarding: {
    name: 'dcmjs-dimse, streamed, discarding',
    command: ({ port }) => [node, here('dcmjs-service.ts'), '--port', `${port}`],
    share: 0.1,
  },
  dcmjsToDisk: {
    name: 'dcmjs-dimse, streamed to disk',
    command: ({ port, folder }) => [node, here('dcmjs-service.ts'), '--port', `${port}`, '--folder', folder],
    share: 0.1,
  },
  /** It is in neither Debian nor npm: it takes part where `python3` can import it. */
  pynetdicomToDisk: {
    name: 'pynetdicom, unparsed to disk',
    command: ({ port, folder, pduBytes }) => [
      ...['python3', here('pynetdicom_service.py')],
      ...[`${port}`, folder, `${pduBytes}`],
    ],
    environment: () => ({ TCP_NODELAY: '1', PYTHONPATH: process.env.PYTHONPATH ?? '' }),
    share: 0.1,
  },
  orthanc: {
    name: 'Orthanc',
    command: async ({ port, folder, pduBytes }) => {
      const path = join(folder, 'orthanc.json');
      await writeFile(path, JSON.stringify(orthancConfiguration(port, folder, pduBytes)));
      return ['Orthanc', path];
    },
    environment: noDelay,
    share: 0.1,
  },
} as const satisfies Record<string, Receiver>;

/** Ours, before a sink that confirms an instance only after a time, to a peer that may have `window` outstanding. */
export const discardingSlowly = (latencyMs: number, window: number): Receiver => ({
  name: 'ours, discarding slowly',
  command: (place) => [
    ...receivers.oursDiscarding.command(place),
    ...['--latency', `${latencyMs}`, '--window', `${window}`],
  ],
});

/** Starts a receiver with nothing in its folder; resolves when it accepts connections. */
export async function start(receiver: Receiver, folder: string, pduBytes: number): Promise<Running> {
  await mkdir(folder, { recursive: true });
  const place = { port: await freePort(), folder, pduBytes };
  const [command = '', ...args] = await receiver.command(place);
  const log = await open(join(folder, 'receiver.log'), 'w');
  const child = spawn(command, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, ...receiver.environment?.(place) },
    stdio: ['ignore', log.fd, log.fd],
  });
  await log.close();
  const exited = once(child, 'exit');
  await listening(child, place.port, receiver.name);
  return {
    port: place.port,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function listening(child: ChildProcess, port: number, name: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) break;
    const socket = connect({ port, host: '127.0.0.1' });
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await pause(50);
  }
  throw new Error(`${name} does not listen`);
}

/** DCMTK takes no more than this. */
const dcmtkMaxPdu = (pduBytes: number): string => String(Math.min(pduBytes, 131_072));

const orthancConfiguration = (port: number, folder: string, pduBytes: number): object => ({
  DicomPort: port,
  DicomAet: 'STORESCP',
  MaximumPduLength: pduBytes,
  DicomAlwaysAllowEcho: true,
  DicomAlwaysAllowStore: true,
  HttpServerEnabled: false,
  StorageDirectory: folder,
  IndexDirectory: folder,
});
