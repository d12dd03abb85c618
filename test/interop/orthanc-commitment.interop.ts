import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { writeInstanceFiles } from '../support/instance-files.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2';

interface Report {
  readonly Status: 'Pending' | 'Success' | 'Failure';
  readonly Success: readonly { readonly SOPInstanceUID: string }[];
  readonly Failures: readonly { readonly SOPInstanceUID: string; readonly FailureReason: number }[];
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let service: Awaited<ReturnType<typeof ServiceProcess.start>>;
let api: string;
let stopOrthanc: () => Promise<unknown>;

beforeAll(async () => {
  folder = await temporaryFolder();
  const [httpPort, dicomPort] = [await freePort(), await freePort()];
  const peersFile = join(folder.path, 'peers.json');
  const commitment = { host: '127.0.0.1', port: dicomPort };
  await writeFile(peersFile, JSON.stringify({ peers: [{ aeTitle: 'ORTHANC', commitment }] }));
  service = await ServiceProcess.start({
    SCP_FOLDER: join(folder.path, 'store'),
    SCP_PEERS_FILE: peersFile,
    SCP_COMMITMENT: 'stored',
    SCP_COMMITMENT_FOLDER: join(folder.path, 'commitment'),
    SCP_COMMITMENT_POLL_MS: '100',
    SCP_COMMITMENT_ABSENT_AFTER_MS: '0',
  });
  api = `http://127.0.0.1:${httpPort}`;
  const storage = join(folder.path, 'orthanc');
  await mkdir(storage);
  const path = join(folder.path, 'orthanc.json');
  await writeFile(
    path,
    JSON.stringify({
      HttpPort: httpPort,
      DicomPort: dicomPort,
      AuthenticationEnabled: false,
      RemoteAccessAllowed: false,
      StorageDirectory: storage,
      IndexDirectory: storage,
      DicomModalities: { us: ['STORESCP', '127.0.0.1', service.port] },
    }),
  );
  const child = spawn('Orthanc', [path], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  stopOrthanc = () => {
    child.kill('SIGKILL');
    return exited;
  };
  while (!(await isUp())) await pause(100);
});
afterAll(async () => {
  await stopOrthanc();
  await service.stop();
  await folder.remove();
});

const isUp = (): Promise<boolean> =>
  fetch(`${api}/system`).then(
    ({ ok }) => ok,
    () => false,
  );

async function call<T>(path: string, body?: string | Uint8Array<ArrayBuffer>): Promise<T> {
  const response = await fetch(`${api}${path}`, body === undefined ? {} : { method: 'POST', body });
  expect(response.ok).toBe(true);
  return (await response.json()) as T;
}

/** The report, once Orthanc has it. */
async function reported(path: string): Promise<Report> {
  for (;;) {
    const report = await call<Report>(path);
    if (report.Status !== 'Pending') return report;
    await pause(100);
  }
}

async function upload(): Promise<readonly { readonly id: string; readonly sopInstanceUid: string }[]> {
  const files = await writeInstanceFiles(folder.path, { count: 3, rows: 16, columns: 16 });
  return Promise.all(
    files.map(async (file) => {
      const { ID: id } = await call<{ ID: string }>('/instances', new Uint8Array(await readFile(file)));
      const { MainDicomTags } = await call<{ MainDicomTags: { SOPInstanceUID: string } }>(`/instances/${id}`);
      return { id, sopInstanceUid: MainDicomTags.SOPInstanceUID };
    }),
  );
}

describe('Orthanc', () => {
  it('stores and asks for commitment: told that all is committed', async () => {
    const instances = await upload();
    const ids = instances.map(({ id }) => id);
    await call('/modalities/us/store', JSON.stringify({ Resources: ids, Synchronous: true }));
    const { Path } = await call<{ Path: string }>(
      '/modalities/us/storage-commitment',
      JSON.stringify({ Resources: ids }),
    );
    const report = await reported(Path);
    expect(report.Status).toBe('Success');
    expect(report.Success.map(({ SOPInstanceUID }) => SOPInstanceUID).sort()).toEqual(
      instances.map(({ sopInstanceUid }) => sopInstanceUid).sort(),
    );
    expect(await service.logged('commitment-reported')).toMatchObject({ via: 'new-association' });
  });

  it('asks for what it never sent: told of each instance why not', async () => {
    const never = { SOPClassUID: ctImageStorage, SOPInstanceUID: '2.25.404' };
    const request = JSON.stringify({ DicomInstances: [never] });
    const { Path } = await call<{ Path: string }>('/modalities/us/storage-commitment', request);
    const report = await reported(Path);
    expect(report.Status).toBe('Failure');
    expect(report.Failures).toMatchObject([{ SOPInstanceUID: '2.25.404', FailureReason: 0x0112 }]);
  });
});
