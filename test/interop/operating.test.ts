import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchIdSchema } from '../../core/object-keys.ts';
import { type Edition, startEdition } from '../../local/edition.ts';
import { localAccount } from '../../local/local-account.ts';
import type { PipelineProgress } from '../../local/pipeline-progress.ts';
import { AwaitedList } from '../support/awaited-list.ts';
import { type CliRun, runCliProcess } from '../support/cli-process.ts';
import { writeInstanceFiles } from '../support/instance-files.ts';
import { localEnvironment } from '../support/local-environment.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type Ended = Extract<PipelineProgress, { type: 'ended' }>;

// Each function starts in a thread of its own, and each command in a process, on a machine that is busy.
const patience = { timeout: 120_000 };

const data = await temporaryFolder();
const files = await temporaryFolder();
const ended = new AwaitedList<Ended>();
let edition: Edition;
let environment: Record<string, string>;
let batchId: string;

const cli = (...args: string[]): Promise<CliRun> => runCliProcess(args, environment);
const json = async (...args: string[]) => JSON.parse((await cli(...args, '--json')).stdout);

beforeAll(async () => {
  edition = await startEdition({
    dataFolder: data.path,
    dicomPort: 0,
    adminPort: 0,
    environment: { SCP_BATCH_QUIET_MS: '500' },
    onServiceLog: () => undefined,
    onProgress: (progress) => {
      if (progress.type === 'ended') ended.push(progress);
    },
    onFunctionLog: () => undefined,
  });
  environment = await localEnvironment(data.path);
  await writeInstanceFiles(files.path, { count: 3, rows: 16, columns: 16 });
  const sent = await cli('send', files.path);
  expect(sent).toMatchObject({ exitCode: 0 });
  batchId = (await ended.first(() => true)).batch.batchId;
}, 180_000);
afterAll(async () => {
  await edition.stop();
  await data.remove();
  await files.remove();
});

/** Says something in the ledger that is not so. */
async function setStatus(TableName: string, Key: Record<string, string>, status: string): Promise<void> {
  const client = new DynamoDBClient({ ...localAccount, endpoint: environment.AWS_ENDPOINT_URL_DYNAMODB ?? '' });
  await DynamoDBDocumentClient.from(client).send(
    new UpdateCommand({
      TableName,
      Key,
      UpdateExpression: 'SET #status = :status',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':status': status },
    }),
  );
  client.destroy();
}

describe('the command line on the local edition', patience, () => {
  it('finds the batch, its study and its instances', async () => {
    expect(await json('batches')).toMatchObject([{ batchId, status: 'completed', files: 3 }]);
    expect(await json('batches', '--status', 'failed')).toEqual([]);
    const { batch, instances } = await json('batch', batchId);
    expect(batch).toMatchObject({ batchId, imported: 3 });
    expect(instances).toHaveLength(3);
    const [{ studyInstanceUid, sopInstanceUid }] = instances;
    expect(await json('studies')).toMatchObject([{ studyInstanceUid }]);
    expect(await json('studies', '--attention')).toEqual([]);
    const asked = await cli('instance', sopInstanceUid);
    expect(asked.exitCode).toBe(0);
    expect(asked.stdout).toContain(`batch       ${batchId} (completed)`);
    expect(asked.stdout).toMatch(/^import job {2}[0-9a-f]{32}$/m);
    expect(asked.stdout).toMatch(/^image set {3}[0-9a-f]{32}$/m);
  });

  it('says so when there is no such thing', async () => {
    expect(await cli('batch', '01JD0000000000000000000000')).toMatchObject({ exitCode: 1 });
    expect(await cli('instance', '1.2.3')).toMatchObject({ exitCode: 1 });
    expect(await cli('replay', 'nothing')).toMatchObject({ exitCode: 1 });
  });

  it('is well, says the doctor', async () => {
    const { exitCode, stdout } = await cli('doctor', '--write');
    expect(stdout).not.toMatch(/FAIL|warn/);
    expect(stdout).toMatch(/^ok {4}landing bucket {2}ingest was written to$/m);
    expect(exitCode).toBe(0);
  });

  it('says what is ill, each with its remedy', async () => {
    const ill = { ...environment, SCP_BUCKET: 'elsewhere', STUDIES_TABLE: 'elsewhere', SCP_ADMIN_PORT: '1' };
    const { exitCode, stdout } = await runCliProcess(['doctor', '--json'], ill);
    expect(exitCode).toBe(1);
    const found: { name: string; health: string; remedy?: string }[] = JSON.parse(stdout);
    const names = found.filter(({ health }) => health === 'ill').map(({ name }) => name);
    expect(names).toEqual(['landing bucket', 'clock', 'ledger', 'service']);
    for (const { health, remedy } of found) expect(remedy === undefined).toBe(health !== 'ill');
  });

  it('shows the configuration that is in force', async () => {
    const { valid, settings } = await json('check-config');
    expect(valid).toBe(true);
    expect(settings).toMatchObject({ SCP_STORE: 's3', SCP_BUCKET: 'ingest', SCP_BATCH_QUIET_MS: 500 });
  });

  it('compares a batch with its job again, and puts the ledger right when it is told to', async () => {
    expect(await cli('reconcile', batchId)).toMatchObject({ exitCode: 0 });
    const { instances } = await json('batch', batchId);
    const [{ objectKey, sopInstanceUid }] = instances;
    await setStatus('instances', { batchId, objectKey }, 'unaccounted');
    const found = await cli('reconcile', batchId, '--json');
    expect(found.exitCode).toBe(1);
    expect(JSON.parse(found.stdout)).toMatchObject({ written: false, differences: [{ what: sopInstanceUid }] });
    expect(await cli('reconcile', batchId, '--write')).toMatchObject({ exitCode: 0 });
    expect(await cli('reconcile', batchId)).toMatchObject({ exitCode: 0 });
    expect((await json('batch', batchId)).instances[0].status).toBe('imported');
  });

  it('replays a batch by the next name, and leaves one alone of which everything arrived', async () => {
    expect(await cli('replay', batchId)).toMatchObject({ exitCode: 1 });
    const id = batchIdSchema.parse(batchId);
    await setStatus('batches', { batchId }, 'completed-with-failures');
    expect(await json('replay', batchId)).toMatchObject({
      outcome: 'started',
      execution: `${id}-r1`,
      attempt: 1,
    });
  });

  it('sends nothing back when nothing was given up', async () => {
    expect(await json('replay', '--dead-letters')).toMatchObject([
      { messages: 0, outcome: 'empty' },
      { messages: 0, outcome: 'empty' },
    ]);
  });
});
