import { type BatchRecord, type InstanceRecord, type StudyRecord, summarizeStudy } from '../../core/ledger.ts';
import { textTable } from './text-table.ts';

/** The studies, a line each. */
export function reportStudies(studies: readonly StudyRecord[]): string {
  if (studies.length === 0) return 'No study has been received yet.';
  const rows = studies.map((study) => {
    const { state, received, imported, warned, failed, unaccounted, imageSetIds } = summarizeStudy(study);
    return [
      study.studyInstanceUid,
      state,
      String(received),
      String(imported + warned),
      String(warned),
      String(failed + unaccounted),
      Object.keys(study.batches).join(' '),
      imageSetIds.join(' '),
    ];
  });
  return textTable(['study', 'state', 'received', 'imported', 'warned', 'failed', 'batches', 'image sets'], rows);
}

/** One batch and each of its instances, those that need attention first. */
export function reportBatch(batch: BatchRecord, instances: readonly InstanceRecord[]): string {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['batch', batch.batchId],
    ['status', batch.status],
    ['reason', batch.reason],
    ['route', `${batch.route} (${batch.priority})`],
    ['datastore', batch.datastoreId],
    ['sealed', `${batch.sealedAt} (${batch.sealReason})`],
    ['instances', `${batch.files} (${batch.bytes} bytes)`],
    ['import job', batch.jobId],
    ['results', batch.outputS3Uri],
    ['image sets', batch.imageSetIds?.join(' ')],
  ];
  const head = facts
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name.padEnd(12)}${value}`)
    .join('\n');
  const trouble = (instance: InstanceRecord) => (instance.status === 'imported' ? 1 : 0);
  const rows = [...instances]
    .sort((a, b) => trouble(a) - trouble(b) || a.objectKey.localeCompare(b.objectKey))
    .map(({ sopInstanceUid, status, imageSetId, reason }) => [sopInstanceUid, status, imageSetId ?? '', reason ?? '']);
  return `${head}\n\n${textTable(['SOP instance', 'status', 'image set', 'reason'], rows)}`;
}
