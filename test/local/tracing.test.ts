import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BatchRecord } from '../../core/ledger.ts';
import { parseTraceparent } from '../../core/traceparent.ts';
import { dynamoLedger } from '../../lambdas/ledger/dynamo-ledger.ts';
import { type Edition, startEdition } from '../../local/edition.ts';
import { localAccount } from '../../local/local-account.ts';
import type { ServiceLogLine } from '../../local/service-process.ts';
import { eventually } from '../support/eventually.ts';
import { writeInstanceFiles } from '../support/instance-files.ts';
import { OtlpReceiver, type ReceivedSpan } from '../support/otlp/otlp-receiver.ts';
import { run } from '../support/run-command.ts';

const traceIdOf = (traceparent: unknown) =>
  typeof traceparent === 'string' ? parseTraceparent(traceparent)?.traceId : undefined;

describe('a trace, from the association to the ledger', { timeout: 180_000 }, () => {
  let folder: string;
  let collector: OtlpReceiver;
  let edition: Edition;
  let batch: BatchRecord;
  let association: ReceivedSpan;
  const serviceLog: ServiceLogLine[] = [];
  const functionLog: Record<string, unknown>[] = [];
  const ended: BatchRecord[] = [];
  const listeners = new Set<() => void>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tracing-'));
    collector = await OtlpReceiver.start();
    edition = await startEdition({
      dataFolder: join(folder, 'data'),
      dicomPort: 0,
      adminPort: 0,
      environment: {
        SCP_LOG_LEVEL: 'debug',
        SCP_BATCH_QUIET_MS: '100',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
        OTEL_BSP_SCHEDULE_DELAY: '50',
      },
      onServiceLog: (line) => serviceLog.push(line),
      onFunctionLog: (line) => {
        if (line.startsWith('{')) functionLog.push(JSON.parse(line));
      },
      onProgress: (progress) => {
        if (progress.type === 'ended') ended.push(progress.batch);
        for (const wake of [...listeners]) wake();
      },
    });
    const files = await writeInstanceFiles(folder, { count: 2, rows: 16, columns: 16 });
    const sent = await run('storescu', [
      ...['-aet', 'CT1', '-aec', 'STORESCP', '127.0.0.1', String(edition.dicomPort)],
      ...files,
    ]);
    expect(sent).toEqual({ code: 0, output: '' });
    batch = await eventually(listeners, () => ended.find(({ files: count }) => count === 2));
    association = await collector.span(({ name }) => name === 'association');
    await collector.span(({ name }) => name === 'batch');
  }, 180_000);

  afterAll(async () => {
    await edition.stop();
    await collector.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('has spans for the association, each instance, its way to the store, the batch and the seal', () => {
    const ofTrace = collector.spans.filter(({ traceId }) => traceId === association.traceId);
    const names = ofTrace.filter(({ service }) => service === 'dicom-store-scp').map(({ name }) => name);
    expect(names.sort()).toEqual(['C-STORE', 'C-STORE', 'association', 'batch', 'seal', 'store', 'store']);
    const byId = new Map(ofTrace.map((span) => [span.spanId, span]));
    const parentOf = (name: string) => byId.get(ofTrace.find((span) => span.name === name)?.parentSpanId ?? '')?.name;
    expect(association.parentSpanId).toBe('');
    expect(['C-STORE', 'store', 'batch', 'seal'].map(parentOf)).toEqual([
      'association',
      'C-STORE',
      'association',
      'batch',
    ]);
  });

  it('links the batch to every association that it gathers', () => {
    const span = collector.spans.find(({ name }) => name === 'batch');
    expect(span?.links.map(({ traceId, spanId }) => ({ traceId, spanId }))).toEqual([
      { traceId: association.traceId, spanId: association.spanId },
    ]);
  });

  it('has spans that end no earlier than they start', () => {
    for (const { name, startTimeUnixNano, endTimeUnixNano } of collector.spans) {
      expect(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano), name).toBe(true);
    }
  });

  it('goes on in the ledger: in the record of the batch and of each instance', async () => {
    expect(batch).toMatchObject({ status: 'completed', imported: 2 });
    expect(traceIdOf(batch.traceparent)).toBe(association.traceId);
    const { AWS_ENDPOINT_URL_DYNAMODB: endpoint = '' } = parseEnv(
      await readFile(join(folder, 'data/local.env'), 'utf8'),
    );
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ ...localAccount, endpoint }));
    const tables = { batches: 'batches', instances: 'instances', studies: 'studies' };
    const ledger = dynamoLedger(client, tables, { sleep: async () => undefined, random: () => 0 });
    const instances = await ledger.instancesOf(batch.batchId);
    expect(instances.map(({ status }) => status)).toEqual(['imported', 'imported']);
    for (const { traceparent } of instances) {
      expect(parseTraceparent(traceparent)).toMatchObject({
        traceId: association.traceId,
        spanId: association.spanId,
      });
    }
    client.destroy();
  });

  it('is named in the log of the service and in that of every function that works on the batch', () => {
    const told = ['association-accepted', 'instance-stored', 'batch-sealed', 'association-ended'];
    for (const event of told) {
      expect(serviceLog.find((line) => line.event === event)?.trace_id, event).toBe(association.traceId);
    }
    const functions = new Set(
      functionLog.filter((line) => traceIdOf(line.traceparent) === association.traceId).map((line) => line.service),
    );
    expect([...functions].sort()).toEqual(['import-event', 'intake', 'reconcile', 'register', 'start-import']);
  });

  it('has a span below that of the batch for what each function did, to the end of the import', async () => {
    await collector.span(({ service }) => service === 'reconcile');
    const steps = collector.spans.filter(({ service }) => service !== 'dicom-store-scp');
    const batchSpan = collector.spans.find(({ name }) => name === 'batch');
    expect(new Set(steps.map(({ traceId }) => traceId))).toEqual(new Set([association.traceId]));
    expect(new Set(steps.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([batchSpan?.spanId]));
    expect([...new Set(steps.map(({ name }) => name))].sort()).toEqual([
      'import-event',
      'intake',
      'reconcile',
      'register',
      'start-import',
      'wait for import job',
    ]);
    expect(steps.find(({ name }) => name === 'reconcile')?.attributes).toMatchObject({
      'dicom.batch.id': batch.batchId,
      'dicom.batch.status': 'completed',
      'dicom.instances.imported': '2',
    });
  });

  it('ends in metrics of what became of the batch', () => {
    const embedded = functionLog.filter((line) => '_aws' in line && line.service === 'reconcile');
    expect(embedded).toHaveLength(1);
    expect(embedded[0]).toMatchObject({
      InstancesImported: 2,
      InstancesWarned: 0,
      InstancesFailed: 0,
      InstancesUnaccounted: 0,
      _aws: { CloudWatchMetrics: [{ Namespace: 'DicomStoreScp/local', Dimensions: [['service']] }] },
    });
    expect(embedded[0]?.BatchAge).toBeGreaterThan(0);
  });

  it('shows nothing of the patient', () => {
    expect(JSON.stringify(collector.spans)).not.toMatch(/SYNTHETIC\^|PatientName|patient/i);
  });

  it('is an exemplar of the time that a store took', async () => {
    const answer = await fetch(`http://127.0.0.1:${edition.adminPort}/metrics`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    const text = await answer.text();
    expect(text).toMatch(
      new RegExp(`^dicom_store_scp_store_duration_seconds_bucket.* # \\{trace_id="${association.traceId}"`, 'm'),
    );
    expect(text).toContain('\ndicom_store_scp_instances_total{result="kept"} 2\n');
  });
});
