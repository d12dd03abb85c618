import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { ReceivingService, readPart10 } from '../support/receiving-service.ts';
import { transferSyntaxCases, writeFileOf } from '../support/transfer-syntaxes.ts';

let service: ReceivingService;
let api: string;
let stopOrthanc: () => Promise<unknown>;

beforeAll(async () => {
  service = await ReceivingService.start();
  const folder = join(service.folder, 'orthanc');
  await mkdir(folder);
  const [httpPort, dicomPort] = [await freePort(), await freePort()];
  api = `http://127.0.0.1:${httpPort}`;
  const configuration = {
    HttpPort: httpPort,
    DicomPort: dicomPort,
    AuthenticationEnabled: false,
    RemoteAccessAllowed: false,
    StorageDirectory: folder,
    IndexDirectory: folder,
    DicomModalities: { us: ['STORESCP', '127.0.0.1', Number(service.port)] },
  };
  const path = join(folder, 'orthanc.json');
  await writeFile(path, JSON.stringify(configuration));
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
});

const isUp = (): Promise<boolean> =>
  fetch(`${api}/system`).then(
    ({ ok }) => ok,
    () => false,
  );

async function post(path: string, body: string | Uint8Array<ArrayBuffer>): Promise<{ readonly ID: string }> {
  const response = await fetch(`${api}${path}`, { method: 'POST', body });
  expect(response.ok).toBe(true);
  return (await response.json()) as { ID: string };
}

/** Orthanc keeps no image of a transfer syntax that it does not know. */
const known = transferSyntaxCases.filter(({ encoder }) => encoder !== undefined);

describe('Orthanc', () => {
  it('C-ECHO: answered', async () => {
    await post('/modalities/us/echo', '{}');
  });

  it.each(known.map((one, index) => [one.name, one, `2.25.${6_000 + index}`] as const))(
    '%s: kept byte for byte',
    async (_, transferSyntax, sopInstanceUid) => {
      const path = await writeFileOf(service.folder, transferSyntax, sopInstanceUid);
      const { ID } = await post('/instances', new Uint8Array(await readFile(path)));
      await post('/modalities/us/store', ID);
      const sent = await readPart10(path);
      const [stored] = await service.stored(sopInstanceUid);
      expect(stored?.transferSyntaxUid).toBe(sent.transferSyntaxUid);
      expect(stored?.dataSet.equals(sent.dataSet)).toBe(true);
    },
  );
});
