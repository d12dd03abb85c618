import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manifestSchema } from '../../core/manifest.ts';
import { manifestPrefix } from '../../core/object-keys.ts';
import { findDeadLeases, sealOrphan } from '../../lambdas/sweep/seal-orphans.ts';
import { encodeFileMeta } from '../../service/dicom/part10/file-meta.ts';
import { ctInstances, type TestInstance } from '../support/instances.ts';
import { run } from '../support/run-command.ts';
import { type S3UnderTest, startS3UnderTest } from '../support/s3-under-test.ts';
import { type ListeningService, ServiceProcess } from '../support/service-process.ts';
import { StoreScu } from '../support/store-scu.ts';
import { openSwitchedPort, type SwitchedPort } from '../support/switched-port.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LEASE_TTL_MS = 1_500;

let folder: string;
let remove: () => Promise<void>;
let s3: S3UnderTest;
let wan: SwitchedPort;
const services: ServiceProcess[] = [];
beforeEach(async () => {
  ({ path: folder, remove } = await temporaryFolder());
  s3 = await startS3UnderTest();
  wan = await openSwitchedPort(s3.server.port);
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop('SIGKILL')));
  await wan.close();
  await s3.close();
  await remove();
});

async function start(settings: Readonly<Record<string, string>> = {}): Promise<ListeningService> {
  const service = await ServiceProcess.start({
    SCP_ADMIN_HOST: '127.0.0.1',
    SCP_STORE: 's3',
    SCP_BUCKET: 'bucket',
    SCP_S3_PATH_STYLE: 'true',
    SCP_STORE_DEADLINE_MS: '1000',
    SCP_LEASE_TTL_MS: String(LEASE_TTL_MS),
    SCP_ACK: 'spooled',
    SCP_SPOOL_FOLDER: join(folder, 'spool'),
    // The volume is that of the machine, whatever is on it.
    SCP_SPOOL_HIGH_PERCENT: '100',
    SCP_SPOOL_FULL_PERCENT: '100',
    SCP_SPOOL_LEASE_TTL_MS: '500',
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${wan.port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...settings,
  });
  services.push(service);
  return service;
}

async function metric(service: ListeningService, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${service.adminPort}/metrics`)).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`dicom_store_scp_spool_${name} `));
  return Number(line?.split(' ')[1]);
}

/** Sends as a modality does; every one of them must be answered with success. */
async function send(port: number, instances: readonly TestInstance[]): Promise<void> {
  const [first] = instances;
  if (first === undefined) return;
  const scu = await StoreScu.associate({ port, ...first });
  for (const instance of instances) expect(await scu.store(instance)).toBe(0);
  await scu.release();
}

async function writePart10(instance: TestInstance): Promise<string> {
  const path = join(folder, `${instance.sopInstanceUid}.dcm`);
  const meta = encodeFileMeta({
    mediaStorageSopClassUid: instance.sopClassUid,
    mediaStorageSopInstanceUid: instance.sopInstanceUid,
    transferSyntaxUid: instance.transferSyntaxUid,
    implementationClassUid: '2.25.1',
    implementationVersionName: 'TEST',
    sourceApplicationEntityTitle: 'CT1',
    receivingApplicationEntityTitle: 'STORESCP',
  });
  await writeFile(path, Buffer.concat([meta, instance.dataSet()]));
  return path;
}

/** Every one is named by exactly one manifest, and lies where that says with the bytes that were sent. */
async function expectSealedOnce(instances: readonly TestInstance[]): Promise<void> {
  const named: { readonly key: string; readonly sopInstanceUid: string }[] = [];
  for await (const { key } of s3.store.list(manifestPrefix)) {
    const bytes = (await s3.store.get(key)) ?? new Uint8Array();
    named.push(...manifestSchema.parse(JSON.parse(new TextDecoder().decode(bytes))).instances);
  }
  expect(named.map(({ sopInstanceUid }) => sopInstanceUid).sort()).toEqual(
    instances.map(({ sopInstanceUid }) => sopInstanceUid).sort(),
  );
  for (const { key, sopInstanceUid } of named) {
    const stored = Buffer.from((await s3.store.get(key)) ?? []);
    const sent = instances.find((instance) => instance.sopInstanceUid === sopInstanceUid)?.dataSet() ?? Buffer.of(0);
    expect(stored.subarray(-sent.length).equals(sent)).toBe(true);
  }
}

async function sweep(): Promise<void> {
  const options = { store: s3.store, leaseTtlMs: LEASE_TTL_MS, leaseGraceMs: 500 };
  for (const dead of await findDeadLeases(options)) await sealOrphan(dead, options);
}

describe('a service with a spool', () => {
  it('acknowledges while S3 cannot be reached, is killed, and uploads all of it when both are back', async () => {
    wan.turn(false);
    const before = await start();
    const instances = ctInstances(6);
    await send(before.port, instances.slice(0, 4));
    const files = await Promise.all(instances.slice(4).map(writePart10));
    const sent = await run('storescu', ['-aec', 'STORESCP', '127.0.0.1', String(before.port), ...files]);
    expect(sent).toMatchObject({ code: 0 });
    const [broken] = ctInstances(1, 900);
    const scu = await StoreScu.associate({ port: before.port, ...broken });
    await scu.sendPartOf(broken);

    await before.logged('upload-failed');
    expect((await fetch(`http://127.0.0.1:${before.adminPort}/readyz`)).status).toBe(200);
    expect(await metric(before, 'instances')).toBe(6);
    expect(await metric(before, 'uploads_failing')).toBe(1);
    expect(await metric(before, 'bytes')).toBeGreaterThan(6 * 8_192);
    await before.stop('SIGKILL');

    wan.turn(true);
    const after = await start();
    await after.logged('spool-opened', ({ instances: found }) => found === 6);
    for (const { sopInstanceUid } of instances) {
      await after.logged('instance-uploaded', (line) => line.sopInstanceUid === sopInstanceUid);
    }
    expect(await metric(after, 'uploads_failing')).toBe(0);
    expect(await after.stop()).toBe(0);
    expect(await after.logged('spool-drained')).toMatchObject({ leftInstances: 0, leftBytes: 0 });
    await expectSealedOnce(instances);
  }, 120_000);

  it('is killed in the midst of its uploads, and has each instance in one manifest', async () => {
    const instances = ctInstances(40);
    const before = await start({ SCP_SPOOL_UPLOADS: '3' });
    await before.logged('spool-opened');
    await send(before.port, instances);
    await before.logged('instance-uploaded');
    await before.stop('SIGKILL');

    const after = await start();
    const { instances: found } = await after.logged('spool-opened');
    expect(found).toBeLessThan(instances.length);
    // Those that were under way wait for the sweeper to seal the batch that the dead process left.
    while ((await metric(after, 'instances')) > 0) await sweep();
    expect(await after.stop()).toBe(0);
    for (
      let leases = 1;
      leases > 0;
      leases = (await findDeadLeases({ store: s3.store, leaseTtlMs: 0, leaseGraceMs: 0 })).length
    ) {
      await sweep();
    }
    await expectSealedOnce(instances);
  }, 120_000);

  it('stops at once when told to while S3 cannot be reached, and says what it leaves', async () => {
    wan.turn(false);
    const service = await start({ SCP_DRAIN_TIMEOUT_MS: '1000' });
    await send(service.port, ctInstances(2));
    expect(await service.stop()).toBe(0);
    expect(await service.logged('spool-drained')).toMatchObject({ leftInstances: 2 });
  }, 120_000);

  it('turns associations away while its volume is filling up', async () => {
    const service = await start({ SCP_SPOOL_HIGH_PERCENT: '1' });
    const [instance] = ctInstances(1);
    await expect(StoreScu.associate({ port: service.port, ...instance })).rejects.toThrow('associate-rj');
    await service.logged(
      'association-rejected',
      (line) => line.because === 'spool' && line.reason === 'local-limit-exceeded',
    );
  }, 120_000);
});
