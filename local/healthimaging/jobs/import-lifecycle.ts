import type { Emulator } from '../emulator.ts';
import { imageSetEvent, jobEvent } from '../events/event.ts';
import { latestVersionId } from '../imagesets/image-set-version.ts';
import { type Placement, placeInstances } from '../imagesets/place-instances.ts';
import { jobFolderUri, splitS3Uri } from '../objects/s3-uri.ts';
import type { JobOutcome, JobRecord } from '../state/records.ts';
import { type FailedFile, importFile, type StoredFile } from './import-file.ts';
import { JobFailure, jobMessage } from './job-failure.ts';
import { listInput } from './list-input.ts';
import { outputFiles } from './output-files.ts';

/** Moves a job on from wherever it stands: after it was submitted, and after a restart. */
export function resumeJob(emulator: Emulator, job: JobRecord): void {
  const { background, timing } = emulator;
  if (job.jobStatus === 'SUBMITTED') background.after(timing.queueMs, () => beginJob(emulator, job));
  if (job.jobStatus === 'IN_PROGRESS') background.after(timing.importMs, () => runJob(emulator, job));
  if (job.pendingOutput !== undefined) background.after(0, () => writeOutput(emulator, job, job.pendingOutput));
}

/** Saves a job's new state and tells of it. */
export async function advanceJob(emulator: Emulator, job: JobRecord): Promise<void> {
  await emulator.state.saveJob(job);
  emulator.publish(jobEvent(emulator.account, job, emulator.behaviour.eventOutputUri));
}

async function beginJob(emulator: Emulator, submitted: JobRecord): Promise<void> {
  const job: JobRecord = { ...submitted, jobStatus: 'IN_PROGRESS' };
  await advanceJob(emulator, job);
  resumeJob(emulator, job);
}

async function runJob(emulator: Emulator, job: JobRecord): Promise<void> {
  const endedAtMs = (): number => emulator.clock.nowMs();
  try {
    const outcome = await importFiles(emulator, job);
    if (outcome === undefined) return;
    const late = emulator.faults.take('late-outputs', () => true);
    if (late === undefined) await writeOutputFiles(emulator, job, outcome);
    const completed: JobRecord = { ...job, jobStatus: 'COMPLETED', endedAtMs: endedAtMs() };
    await advanceJob(emulator, late === undefined ? completed : { ...completed, pendingOutput: outcome });
    if (late !== undefined) emulator.background.after(late.delayMs, () => writeOutput(emulator, completed, outcome));
  } catch (error) {
    const message = error instanceof JobFailure ? error.message : 'INTERNAL_SERVER_ERROR';
    await advanceJob(emulator, { ...job, jobStatus: 'FAILED', endedAtMs: endedAtMs(), message: jobMessage(message) });
    if (!(error instanceof JobFailure)) throw error;
  }
}

/** Undefined when the emulator is closing: the job is done again after the next start. */
async function importFiles(emulator: Emulator, job: JobRecord): Promise<JobOutcome | undefined> {
  const { state, objects, quotas, faults, background } = emulator;
  const fault = faults.take('fail-job', () => true);
  if (fault !== undefined) throw new JobFailure(fault.message);
  const files: (StoredFile | FailedFile)[] = [];
  for (const listed of await listInput(objects, job.inputS3Uri, quotas)) {
    if (background.isClosed) return undefined;
    files.push(await importFile(emulator, job, listed));
  }
  const identities = files.flatMap((file) => (file.kind === 'stored' ? file.identity : []));
  const existing = [...state.imageSets.values()].filter(({ datastoreId }) => datastoreId === job.datastoreId);
  const placement = placeInstances(identities, existing, {
    ...job,
    nowMs: emulator.clock.nowMs(),
    newId: emulator.newId,
  });
  await Promise.all(placement.imageSets.map((imageSet) => state.saveImageSet(imageSet)));
  for (const imageSet of placement.imageSets) emulator.publish(imageSetEvent(emulator.account, imageSet));
  return outcomeOf(files, placement, job.jobId);
}

function outcomeOf(files: readonly (StoredFile | FailedFile)[], placement: Placement, jobId: string): JobOutcome {
  const imageSets = placement.imageSets.map((imageSet) => {
    const version = imageSet.versions.find((one) => one.jobId === jobId);
    return {
      imageSetId: imageSet.imageSetId,
      imageSetVersion: version?.versionId ?? latestVersionId(imageSet),
      isPrimary: imageSet.isPrimary,
      numberOfMatchedSOPInstances: Object.keys(version?.instances ?? {}).length,
    };
  });
  const touched = new Map(imageSets.map((imageSet) => [imageSet.imageSetId, imageSet]));
  const placed = placement.imageSetOf.values();
  return {
    imageSets,
    files: files.map((file) => {
      if (file.kind === 'failed') return file;
      const imageSet = touched.get(placed.next().value?.imageSetId ?? '');
      if (imageSet === undefined) throw new Error(`${file.inputFile} was placed in no image set`);
      const { imageSetId, imageSetVersion, isPrimary } = imageSet;
      const { inputFile, warnings } = file;
      return { kind: 'imported', inputFile, imageSetId, imageSetVersion, isPrimary, warnings };
    }),
  };
}

async function writeOutput(emulator: Emulator, job: JobRecord, outcome: JobOutcome | undefined): Promise<void> {
  if (outcome !== undefined) await writeOutputFiles(emulator, job, outcome);
  const { pendingOutput: _written, ...done } = job;
  await emulator.state.saveJob(done);
}

async function writeOutputFiles(emulator: Emulator, job: JobRecord, outcome: JobOutcome): Promise<void> {
  const { bucket, prefix } = splitS3Uri(jobFolderUri(job.outputS3Uri, job.datastoreId, job.jobId));
  try {
    for (const { path, contentType, text } of outputFiles(job, outcome, emulator.behaviour.warnedFiles)) {
      await emulator.objects.write(bucket, prefix + path, Buffer.from(text), contentType);
    }
  } catch (error) {
    throw new JobFailure(`Unable to write to ${job.outputS3Uri}`, { cause: error });
  }
}
