import { jobFolderUri } from '../objects/s3-uri.ts';
import type { DatastoreRecord, ImageSetRecord, JobRecord } from '../state/records.ts';

/** An event as EventBridge delivers it ("Using Amazon EventBridge with HealthImaging" of the developer guide). */
export interface HealthImagingEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: 'aws.medical-imaging';
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, string | boolean>>;
}

/** What an event says, before it is put into an envelope. */
export interface EventContent {
  readonly detailType: string;
  readonly resource: string;
  readonly detail: Readonly<Record<string, string | boolean>>;
}

/** AWS was seen to give `outputS3Uri` with the job's folder, and documents it without. */
export type EventOutputUri = 'job-folder' | 'as-requested';

export interface Account {
  readonly region: string;
  /** 12 digits. */
  readonly accountId: string;
}

export function datastoreArn({ region, accountId }: Account, datastoreId: string): string {
  return `arn:aws:medical-imaging:${region}:${accountId}:datastore/${datastoreId}`;
}

export function imageSetArn(account: Account, datastoreId: string, imageSetId: string): string {
  return `${datastoreArn(account, datastoreId)}/imageset/${imageSetId}`;
}

export function datastoreEvent(account: Account, datastore: DatastoreRecord): EventContent {
  const { datastoreId, datastoreName, datastoreStatus } = datastore;
  const states = { CREATING: 'Creating', ACTIVE: 'Created', DELETING: 'Deleting', DELETED: 'Deleted' } as const;
  return {
    detailType: `Data Store ${states[datastoreStatus]}`,
    resource: datastoreArn(account, datastoreId),
    detail: { imagingVersion: '1.0', datastoreId, datastoreName, datastoreStatus },
  };
}

export function jobEvent(account: Account, job: JobRecord, outputUri: EventOutputUri): EventContent {
  const { datastoreId, jobId, jobName, jobStatus, inputS3Uri } = job;
  const states = {
    SUBMITTED: 'Submitted',
    IN_PROGRESS: 'In Progress',
    COMPLETED: 'Completed',
    FAILED: 'Failed',
  } as const;
  const outputS3Uri =
    outputUri === 'as-requested' ? job.outputS3Uri : jobFolderUri(job.outputS3Uri, datastoreId, jobId);
  return {
    detailType: `Import Job ${states[jobStatus]}`,
    resource: datastoreArn(account, datastoreId),
    detail: { imagingVersion: '1.0', datastoreId, jobId, jobName, jobStatus, inputS3Uri, outputS3Uri },
  };
}

export function imageSetEvent(account: Account, imageSet: ImageSetRecord): EventContent {
  const { datastoreId, imageSetId, isPrimary, versions } = imageSet;
  const isDeleted = imageSet.deletedAtMs !== undefined;
  const status = isDeleted ? 'DELETED' : versions.length > 1 ? 'UPDATED' : 'CREATED';
  return {
    detailType: `Image Set ${{ DELETED: 'Deleted', UPDATED: 'Updated', CREATED: 'Created' }[status]}`,
    resource: imageSetArn(account, datastoreId, imageSetId),
    detail: {
      imagingVersion: '1.0',
      isPrimary,
      imageSetVersion: String(versions.length),
      datastoreId,
      imagesetId: imageSetId,
      imageSetState: isDeleted ? 'DELETED' : 'ACTIVE',
      imageSetWorkflowStatus: status,
    },
  };
}

/** The envelope around an event. EventBridge gives the time in whole seconds. */
export function eventOf(content: EventContent, account: Account, id: string, timeMs: number): HealthImagingEvent {
  return {
    version: '0',
    id,
    'detail-type': content.detailType,
    source: 'aws.medical-imaging',
    account: account.accountId,
    time: `${new Date(timeMs).toISOString().slice(0, 19)}Z`,
    region: account.region,
    resources: [content.resource],
    detail: content.detail,
  };
}
