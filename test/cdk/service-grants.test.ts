import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchIdSchema, manifestKey } from '../../core/object-keys.ts';
import { localAccount } from '../../local/local-account.ts';
import type { S3Server } from '../../local/s3/start-s3.ts';
import { S3Store } from '../../service/store/s3/s3-store.ts';
import { startLocal } from '../local/s3/local-server.ts';
import { eventually } from '../support/eventually.ts';
import { ctInstances, type TestInstance } from '../support/instances.ts';
import { manifestBytes, trialManifest } from '../support/sealed-batches.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { StoreScu } from '../support/store-scu.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { covers, grantsOf } from './support/policies.ts';
import { type Recorder, type Recording, startRecorder } from './support/recorder.ts';

const MIB = 1024 * 1024;

/** An instance whose sender breaks off after more than a single put takes. */
const brokenOff = (instance: TestInstance): TestInstance => ({
  ...instance,
  *chunks() {
    const [head = new Uint8Array()] = instance.chunks();
    yield head.subarray(0, head.length - 2);
    for (let sent = 0; sent < 40 * MIB; sent += MIB) yield new Uint8Array(MIB);
    throw new Error('the sender breaks off');
  },
});

describe('what the service is granted', () => {
  const recordings: Recording[] = [];
  const heard = new Set<() => void>();
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let s3: S3Server;
  let recorder: Recorder;

  beforeAll(async () => {
    folder = await temporaryFolder();
    s3 = await startLocal(folder.path, { credentials: 'any' });
    recorder = await startRecorder('s3', s3.endpoint, (recording) => {
      recordings.push(recording);
      for (const wake of heard) wake();
    });
    await exercise();
  }, 120_000);
  afterAll(async () => {
    await recorder.close();
    await s3.close();
    await folder.remove();
  });

  async function exercise(): Promise<void> {
    const service = await ServiceProcess.start({
      SCP_STORE: 's3',
      SCP_BUCKET: 'ingest',
      AWS_REGION: localAccount.region,
      AWS_ACCESS_KEY_ID: 'service',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_S3: recorder.endpoint,
    });
    const { adminPort } = await service.logged('service-listening');
    await fetch(`http://127.0.0.1:${adminPort}/readyz`);
    const [first, second] = ctInstances(2);
    const scu = await StoreScu.associate({ port: service.port, ...first });
    expect(await scu.store(first)).toBe(0);
    expect(await scu.store(second)).toBe(0);

    // Somebody else seals the batch over nothing, so that the service must move what it acknowledged.
    const batchId = batchIdSchema.parse((await service.logged('batch-opened')).batchId);
    const client = new S3Client({ ...localAccount, endpoint: s3.endpoint });
    const store = new S3Store({ client, bucket: 'ingest', keyPrefix: '', deadlineMs: 10_000, nowMs: Date.now });
    await store.putIfAbsent(manifestKey(batchId), manifestBytes(trialManifest(batchId, [])));
    client.destroy();

    const broken = await StoreScu.associate({ port: service.port, ...first });
    await expect(broken.send(brokenOff(second))).rejects.toThrow('the sender breaks off');
    broken.destroy();
    await eventually(heard, () => recordings.find(({ action }) => action === 's3:AbortMultipartUpload'));
    await scu.release();
    expect(await service.stop()).toBe(0);
  }

  const grants = grantsOf('standard')
    .filter(({ role, action }) => /TaskRole/.test(role) && action.startsWith('s3:'))
    .map(({ action, resource }) => ({ action, resource: resource.replace(/<\w*BucketsLanding\w*\.Arn>/, 'ingest') }));
  const allows = (grant: { readonly action: string; readonly resource: string }, asked: Recording): boolean =>
    grant.action === asked.action && covers(grant.resource, asked.resource);

  it('is everything that it asks for', () => {
    const refused = recordings.filter((asked) => !grants.some((grant) => allows(grant, asked)));
    expect(refused.map(({ action, resource }) => `${action} ${resource}`)).toEqual([]);
  });

  it('is nothing that it does not ask for', () => {
    const unused = grants.filter((grant) => !recordings.some((asked) => allows(grant, asked)));
    expect(unused).toEqual([]);
  });

  it('is the same in Kubernetes', () => {
    const inKubernetes = grantsOf('eks-pod-identity').filter(
      ({ role, action }) => /WorkloadRole/.test(role) && action.startsWith('s3:'),
    );
    const plain = (resource: string) => resource.replace(/<\w*BucketsLanding\w*\.Arn>/, 'ingest');
    expect(inKubernetes.map(({ action, resource }) => ({ action, resource: plain(resource) }))).toEqual(grants);
  });
});
