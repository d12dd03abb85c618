import { join } from 'node:path';
import dcmjsDimse from 'dcmjs-dimse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalDynamoDb, startDynamoDb } from '../../local/dynamodb/start-dynamodb.ts';
import { localAccount } from '../../local/local-account.ts';
import type { S3Server } from '../../local/s3/start-s3.ts';
import { startLocal } from '../local/s3/local-server.ts';
import { commitmentRequest, converse } from '../support/commitment-peer.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { covers, grantsOf } from './support/policies.ts';
import { type Recorder, type Recording, startRecorder } from './support/recorder.ts';

dcmjsDimse.log.setLevel('silent');

describe('what the service is granted for storage commitment', () => {
  const recordings: Recording[] = [];
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let dynamodb: LocalDynamoDb;
  let s3: S3Server;
  let recorder: Recorder;

  beforeAll(async () => {
    folder = await temporaryFolder();
    dynamodb = await startDynamoDb({});
    s3 = await startLocal(join(folder.path, 's3'), { credentials: 'any' });
    recorder = await startRecorder('dynamodb', dynamodb.endpoint, (recording) => recordings.push(recording));
    await exercise();
  }, 120_000);
  afterAll(async () => {
    await recorder.close();
    await s3.close();
    await dynamodb.close();
    await folder.remove();
  });

  async function exercise(): Promise<void> {
    const service = await ServiceProcess.start({
      SCP_STORE: 's3',
      SCP_BUCKET: 'ingest',
      SCP_COMMITMENT: 'imported',
      SCP_COMMITMENT_UNKNOWN_PEERS: 'allow',
      SCP_COMMITMENTS_TABLE: 'commitments',
      SCP_LEDGER_INSTANCES_TABLE: 'instances',
      SCP_COMMITMENT_ABSENT_AFTER_MS: '0',
      SCP_COMMITMENT_POLL_MS: '100',
      AWS_REGION: localAccount.region,
      AWS_ACCESS_KEY_ID: 'service',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: recorder.endpoint,
    });
    const request = (uid: string) =>
      commitmentRequest('2.25.7', [{ sopClassUid: '1.2.840.10008.5.1.4.1.1.2', sopInstanceUid: uid }]);
    const { statuses, report } = await converse(service.port, [request('2.25.1')], { waitsForReportMs: 20_000 });
    expect(statuses).toEqual([0]);
    expect(report).toMatchObject({ eventTypeId: 2, failed: [['2.25.1', 0x0112]] });
    await service.logged('commitment-reported');
    expect((await converse(service.port, [request('2.25.2')])).statuses).toEqual([0x0131]);
    expect(await service.stop()).toBe(0);
  }

  const table = (resource: string) =>
    resource.replace(/<\w*Ledger(commitments|instances)\w*\.Arn>/, (_, name: string) => name);
  const grants = grantsOf('commitment')
    .filter(({ role, action }) => /TaskRole/.test(role) && action.startsWith('dynamodb:'))
    .map(({ action, resource }) => ({ action, resource: table(resource) }));
  const allows = (grant: { readonly action: string; readonly resource: string }, asked: Recording): boolean =>
    grant.action === asked.action && covers(grant.resource, asked.resource);

  it('is everything that it asks for', () => {
    const refused = recordings.filter((asked) => !grants.some((grant) => allows(grant, asked)));
    expect(refused.map(({ action, resource }) => `${action} ${resource}`)).toEqual([]);
  });

  it('is nothing that it does not ask for, and nothing where it is not offered', () => {
    expect(grants.filter((grant) => !recordings.some((asked) => allows(grant, asked)))).toEqual([]);
    expect(grants.length).toBe(4);
    const without = grantsOf('standard').filter(({ role }) => /TaskRole/.test(role));
    expect(without.filter(({ action }) => action.startsWith('dynamodb:'))).toEqual([]);
  });
});
