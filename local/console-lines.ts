import type { PipelineProgress, StudyOutcome } from './pipeline-progress.ts';
import type { ServiceLogLine } from './service-process.ts';

const MAX_REASONS = 20;
const MAX_STUDIES = 3;

/** What the terminal says of a line of the service's log; undefined when it says nothing. */
export function serviceLine(line: ServiceLogLine): string | undefined {
  switch (line.event) {
    case 'association-ended':
      return line.stored === 0 && line.refused === 0
        ? `heard      ${line.callingAeTitle} at ${line.peer}`
        : `received   ${count(Number(line.stored), 'instance')} from ${line.callingAeTitle} at ${line.peer}${refused(line)}`;
    case 'association-rejected':
      return `rejected   ${line.callingAeTitle} at ${line.peer}: ${String(line.reason).replaceAll('-', ' ')}`;
    case 'instance-refused':
      return `refused    ${line.sopInstanceUid}: ${line.detail} (${hex(Number(line.status))})`;
    case 'request-refused':
      return `refused    a request: ${hex(Number(line.status))}`;
    case 'batch-sealed':
      return `sealed     batch ${line.batchId}: ${count(Number(line.files), 'instance')}, ${studies(line.studyInstanceUids as string[])}`;
    case 'bug':
      return `bug        ${JSON.stringify(line.err)}`;
    default:
      return undefined;
  }
}

/** What the terminal says of the pipeline's progress: a line a study, and one for each instance that did not arrive. */
export function progressLines(progress: PipelineProgress): readonly string[] {
  switch (progress.type) {
    case 'registered':
      return [];
    case 'importing':
      return progress.batch.jobId === undefined
        ? [`queued     batch ${progress.batch.batchId}`]
        : [`importing  batch ${progress.batch.batchId}: job ${progress.batch.jobId}`];
    case 'ended':
      return [
        ...(progress.batch.reason === undefined ? [] : [`failed     batch: ${progress.batch.reason}`]),
        ...progress.studies.map(studyLine),
        ...reasons(progress.failures.map(({ sopInstanceUid, reason }) => `failed     ${sopInstanceUid}: ${reason}`)),
      ];
    case 'dead-letter':
      return [`gave up    a message to ${progress.consumer}`];
    case 'trouble':
      return [`trouble    ${String(progress.error)}`];
  }
}

function studyLine(outcome: StudyOutcome): string {
  const { imported, warned, failed, unaccounted, imageSetIds } = outcome;
  const arrived = imported + warned;
  const parts = [
    ...(arrived > 0 ? [`${arrived} imported`] : []),
    ...(warned > 0 ? [`${warned} of them with warnings`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(unaccounted > 0 ? [`${unaccounted} unaccounted for`] : []),
  ];
  const sets =
    imageSetIds.length === 0
      ? ''
      : ` as ${imageSetIds.length === 1 ? 'image set' : 'image sets'} ${imageSetIds.join(', ')}`;
  return `${arrived > 0 ? 'imported ' : 'failed   '}  study ${study(outcome.studyInstanceUid)}: ${parts.join(', ')}${sets}`;
}

function reasons(lines: readonly string[]): readonly string[] {
  return lines.length <= MAX_REASONS
    ? lines
    : [...lines.slice(0, MAX_REASONS), `           and ${lines.length - MAX_REASONS} more`];
}

const refused = (line: ServiceLogLine): string => (line.refused === 0 ? '' : `, ${line.refused} refused`);
function studies(uids: readonly string[]): string {
  const named = uids.slice(0, MAX_STUDIES).map(study).join(', ');
  const more = uids.length - MAX_STUDIES;
  return `${uids.length === 1 ? 'study' : 'studies'} ${named}${more > 0 ? ` and ${more} more` : ''}`;
}

const study = (uid: string): string => (uid === '' ? '(no study UID)' : uid);
const hex = (status: number): string => `0x${status.toString(16).toUpperCase().padStart(4, '0')}`;
const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
