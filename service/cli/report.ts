import { type BatchRecord, type InstanceRecord, type StudyRecord, summarizeStudy } from '../../core/ledger.ts';
import { textTable } from './text-table.ts';

/** The studies, a line each. */
export function reportStudies(studies: readonly StudyRecord[]): string {
  if (studies.length === 0) return 'No study has been received yet.';
  const rows = studies.map((study) => {
    const { state, received, imported, warned, failed, unaccounted, imageSetIds } = summarizeStudy(study);
    return [
      study.studyInstanceUid === '_' ? '(no study UID)' : study.studyInstanceUid,
      state,
      String(received),
      String(imported + warned),
      String(warned),
      String(failed + unaccounted),
      Object.keys(study.batches).join(' '),
      someOf(imageSetIds),
    ];
  });
  return textTable(['study', 'state', 'received', 'imported', 'warned', 'failed', 'batches', 'image sets'], rows);
}

/** One batch and each of its instances, those that need attention first. */
export function reportBatch(batch: BatchRecord, instances: readonly InstanceRecord[]): string {
  const head = factLines([
    ['batch', batch.batchId],
    ['status', batch.status],
    ['reason', batch.reason],
    ['route', `${batch.route} (${batch.priority})`],
    ['datastore', batch.datastoreId],
    ['sealed', `${batch.sealedAt} (${batch.sealReason})`],
    ['instances', `${batch.files} (${batch.bytes} bytes)`],
    ['import job', batch.jobId],
    ['results', batch.outputS3Uri],
    ['image sets', someOf(batch.imageSetIds ?? [])],
  ]);
  const rows = [...instances]
    .sort((a, b) => urgency[a.status] - urgency[b.status] || a.objectKey.localeCompare(b.objectKey))
    .map(({ sopInstanceUid, status, imageSetId, reason }) => [sopInstanceUid, status, imageSetId ?? '', reason ?? '']);
  return `${head}\n\n${textTable(['SOP instance', 'status', 'image set', 'reason'], rows)}`;
}

const urgency: Readonly<Record<InstanceRecord['status'], number>> = {
  failed: 0,
  unaccounted: 0,
  received: 1,
  'imported-with-warnings': 2,
  imported: 3,
};

const MAX_NAMED = 4;

/** The first of them, and how many there are besides. */
const someOf = (names: readonly string[]): string =>
  [...names.slice(0, MAX_NAMED), ...(names.length > MAX_NAMED ? [`and ${names.length - MAX_NAMED} more`] : [])].join(
    ' ',
  );

/** Batches, a line each. */
export function reportBatches(batches: readonly BatchRecord[]): string {
  if (batches.length === 0) return 'There is no such batch.';
  const rows = batches.map((batch) => {
    const { batchId, status, route, files, bytes, sealedAt, sealReason = '', reason = '' } = batch;
    const missing = (batch.failed ?? 0) + (batch.unaccounted ?? 0);
    return [
      batchId,
      status,
      route,
      String(files),
      (bytes / 1_000_000).toFixed(1),
      sealedAt.slice(0, 19).replace('T', ' '),
      sealReason,
      missing === 0 ? reason : `${missing} did not arrive ${reason}`.trim(),
    ];
  });
  return textTable(['batch', 'status', 'route', 'files', 'MB', 'sealed', 'because', 'remark'], rows);
}

/** One time that an instance was received. */
export interface Arrival {
  readonly instance: InstanceRecord;
  readonly batch: BatchRecord | undefined;
}

/** What became of an instance, each time that it was received. */
export function reportArrivals(arrivals: readonly Arrival[]): string {
  return arrivals
    .map(({ instance, batch }) =>
      factLines([
        ['instance', instance.sopInstanceUid],
        ['study', instance.studyInstanceUid],
        ['status', instance.status],
        ['reason', instance.reason],
        ['received', `${instance.receivedAt} from ${instance.callingAeTitle}`],
        ['batch', batch === undefined ? instance.batchId : `${instance.batchId} (${batch.status})`],
        ['object', batch === undefined ? instance.objectKey : `s3://${batch.bucket}/${instance.objectKey}`],
        ['bytes', `${instance.bytes}, CRC-32 ${instance.crc32}`],
        ['import job', batch?.jobId],
        ['image set', imageSetOf(instance)],
      ]),
    )
    .join('\n\n');
}

const imageSetOf = ({ imageSetId, isPrimary }: InstanceRecord): string | undefined =>
  isPrimary === false ? `${imageSetId} (not primary: it contradicts what was there)` : imageSetId;

type Fact = readonly [name: string, value: string | undefined];

const factLines = (facts: readonly Fact[]): string =>
  facts
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name.padEnd(12)}${value}`)
    .join('\n');
