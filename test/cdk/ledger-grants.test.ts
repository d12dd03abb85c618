import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { dynamoLedger } from '../../lambdas/ledger/dynamo-ledger.ts';
import { batchRecordOf, instanceRecordsOf } from '../../lambdas/ledger/records-of.ts';
import { type LocalDynamoDb, startDynamoDb } from '../../local/dynamodb/start-dynamodb.ts';
import { localAccount } from '../../local/local-account.ts';
import { eventually } from '../support/eventually.ts';
import { manifestOf, newBatchId } from '../support/sealed-batches.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Grant, grantsOf, text } from './support/policies.ts';
import { type Recorder, type Recording, startRecorder } from './support/recorder.ts';
import { resourcesOf } from './support/variants.ts';

const datastoreId = 'd'.repeat(32);

describe('what the service is granted to show the import', () => {
  const asked = { metrics: [] as Recording[], page: [] as Recording[] };
  const heard = new Set<() => void>();
  let recordings = asked.metrics;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let dynamodb: LocalDynamoDb;
  let recorder: Recorder;

  beforeAll(async () => {
    folder = await temporaryFolder();
    dynamodb = await startDynamoDb({});
    recorder = await startRecorder('dynamodb', dynamodb.endpoint, (recording) => {
      recordings.push(recording);
      for (const wake of [...heard]) wake();
    });
    await exercise();
  }, 120_000);
  afterAll(async () => {
    await recorder.close();
    await dynamodb.close();
    await folder.remove();
  });

  /** A batch of which an instance was not imported. */
  async function failedBatch() {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ ...localAccount, endpoint: dynamodb.endpoint }));
    const ledger = dynamoLedger(client, dynamodb.tables, { sleep: async () => undefined, random: () => 0 });
    const manifest = manifestOf(newBatchId(), 1);
    const now = new Date().toISOString();
    const record = batchRecordOf(manifest, { bucket: 'ingest', datastoreId, now });
    const [instance] = instanceRecordsOf(manifest, now);
    if (instance === undefined) throw new Error('a batch without instances');
    await ledger.putInstances([{ ...instance, status: 'failed', reason: 'ValidationException: no' }]);
    const { batchId } = record;
    const { studyInstanceUid, sopInstanceUid } = instance;
    const counts = { received: 1, imported: 0, warned: 0, failed: 1, unaccounted: 0 };
    await ledger.putStudyShare({
      ...{ datastoreId, studyInstanceUid, batchId, firstReceivedAt: now, updatedAt: now },
      share: { ...counts, imageSetIds: [], nonPrimaryImageSetIds: [], status: 'completed-with-failures' },
    });
    await ledger.putBatch({ ...record, status: 'completed-with-failures', failed: 1, endedAt: now });
    client.destroy();
    return { batchId, studyInstanceUid, sopInstanceUid };
  }

  async function exercise(): Promise<void> {
    const service = await ServiceProcess.start({
      SCP_FOLDER: folder.path,
      SCP_DATASTORE_ID: datastoreId,
      SCP_STATUS_PAGE: 'true',
      SCP_LEDGER_BATCHES_TABLE: 'batches',
      SCP_LEDGER_INSTANCES_TABLE: 'instances',
      SCP_LEDGER_STUDIES_TABLE: 'studies',
      SCP_LEDGER_INTERVAL_MS: '250',
      AWS_REGION: localAccount.region,
      AWS_ACCESS_KEY_ID: 'service',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: recorder.endpoint,
    });
    const { batchId, studyInstanceUid, sopInstanceUid } = await failedBatch();
    await eventually(heard, () => asked.metrics.find(({ resource }) => resource === 'instances'));

    recordings = asked.page;
    const pages = [
      ['', batchId],
      [`/batch?id=${batchId}`, sopInstanceUid],
      [`/study?datastore=${datastoreId}&uid=${studyInstanceUid}`, sopInstanceUid],
      [`/instance?uid=${sopInstanceUid}`, batchId],
      [`/search?q=${sopInstanceUid}`, batchId],
    ] as const;
    // One after the other: the page asks the ledger few questions at a time.
    for (const [path, shown] of pages) {
      const answer = await fetch(`http://127.0.0.1:${service.adminPort}/status${path}`);
      expect(answer.status, path).toBe(200);
      expect(await answer.text(), path).toContain(shown);
    }
    expect(await service.stop()).toBe(0);
  }

  const table = (resource: string) =>
    resource.replace(/<\w*Ledger(batches|instances|studies|commitments)\w*\.Arn>/, '$1');
  const written = (grant: Pick<Grant, 'action' | 'resource'>) => `${grant.action} ${table(grant.resource)}`;
  const granted = (variant: Parameters<typeof grantsOf>[0], role: RegExp) =>
    new Set(
      grantsOf(variant)
        .filter((grant) => role.test(grant.role) && grant.action.startsWith('dynamodb:'))
        .map(written),
    );
  const needed = (recorded: readonly Recording[]) => new Set(recorded.map(written));

  it('is what metrics and status page ask for, and nothing else', () => {
    const all = new Set([...needed(asked.metrics), ...needed(asked.page)]);
    expect(all.size).toBeGreaterThan(needed(asked.metrics).size);
    expect(granted('showing-imports', /TaskRole/)).toEqual(all);
  });

  it('is what metrics ask for where there is no status page', () => {
    expect(needed(asked.metrics)).toEqual(
      new Set(['dynamodb:Query batches/index/byStatus', 'dynamodb:Query instances']),
    );
    expect(granted('proxy-protocol', /TaskRole/)).toEqual(needed(asked.metrics));
  });

  it('is the same in Kubernetes, beside what storage commitment needs', () => {
    const all = [...needed(asked.metrics), ...needed(asked.page), ...granted('commitment', /TaskRole/)];
    expect(granted('eks-irsa-govcloud', /WorkloadRole/)).toEqual(new Set(all));
  });

  it('is nothing where it was not asked for', () => {
    expect(granted('standard', /TaskRole/)).toEqual(new Set());
    expect(granted('eks-pod-identity', /WorkloadRole/)).toEqual(new Set());
  });

  it('comes with the names of the tables, and goes to the collector of spans that functions have, too', () => {
    const [[, task] = []] = resourcesOf('showing-imports', 'AWS::ECS::TaskDefinition');
    const definitions = z.array(z.object({ Environment: z.array(z.object({ Name: z.string(), Value: z.unknown() })) }));
    const [container] = definitions.parse(task?.Properties?.ContainerDefinitions);
    const environment = new Map(container?.Environment.map(({ Name, Value }) => [Name, text(Value)]));
    for (const name of ['batches', 'instances', 'studies']) {
      expect(environment.get(`SCP_LEDGER_${name.toUpperCase()}_TABLE`)).toContain(`Ledger${name}`);
    }
    expect(environment.get('OTEL_EXPORTER_OTLP_ENDPOINT')).toBe('https://otlp.example.org');
    const functions = resourcesOf('showing-imports', 'AWS::Lambda::Function').filter(([id]) => /Functions/.test(id));
    expect(functions.length).toBeGreaterThan(5);
    for (const [id, { Properties }] of functions) {
      expect(JSON.stringify(Properties?.Environment), id).toContain('https://otlp.example.org');
    }
    expect(JSON.stringify(resourcesOf('standard', 'AWS::Lambda::Function'))).not.toContain('OTEL_');
  });
});
