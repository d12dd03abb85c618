import type { Attributes } from '../dicom/attributes.ts';
import type { ImportWarning } from '../dicom/import-warning.ts';
import type { Frame } from '../dicom/read-pixel-data.ts';

/** Times are milliseconds since the epoch. Every record is one JSON file of the data folder. */
export interface DatastoreRecord {
  readonly datastoreId: string;
  readonly datastoreName: string;
  readonly datastoreStatus: 'CREATING' | 'ACTIVE' | 'DELETING' | 'DELETED';
  readonly losslessStorageFormat: 'HTJ2K' | 'JPEG_2000_LOSSLESS';
  readonly clientToken: string;
  readonly kmsKeyArn?: string;
  readonly lambdaAuthorizerArn?: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export type JobStatus = 'SUBMITTED' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

export interface JobRecord {
  readonly jobId: string;
  readonly jobName: string;
  readonly jobStatus: JobStatus;
  readonly datastoreId: string;
  readonly dataAccessRoleArn: string;
  readonly clientToken: string;
  readonly inputS3Uri: string;
  /** As requested: without the job's folder. */
  readonly outputS3Uri: string;
  readonly submittedAtMs: number;
  readonly endedAtMs?: number;
  readonly message?: string;
  /** The results of a completed job that its output folder does not have yet. */
  readonly pendingOutput?: JobOutcome;
}

/** What became of a job's files, in key order, and of the image sets that it touched. */
export interface JobOutcome {
  readonly files: readonly FileOutcome[];
  readonly imageSets: readonly TouchedImageSet[];
}

export type FileOutcome =
  | {
      readonly kind: 'imported';
      readonly inputFile: string;
      readonly imageSetId: string;
      readonly imageSetVersion: number;
      readonly isPrimary: boolean;
      readonly warnings: readonly ImportWarning[];
    }
  | {
      readonly kind: 'failed';
      readonly inputFile: string;
      readonly exceptionType: 'ValidationException' | 'InternalServerException';
      readonly message: string;
    };

export interface TouchedImageSet {
  readonly imageSetId: string;
  readonly imageSetVersion: number;
  readonly isPrimary: boolean;
  readonly numberOfMatchedSOPInstances: number;
}

/** What decides which image set an instance belongs to ("Understanding image sets" of the developer guide). */
export interface ImageSetKey {
  readonly studyDate: string;
  readonly accessionNumber: string;
  readonly patientId: string;
  readonly studyInstanceUid: string;
  readonly studyId: string;
  readonly seriesInstanceUid: string;
  readonly seriesNumber: string;
}

export interface ImageSetRecord {
  readonly imageSetId: string;
  readonly datastoreId: string;
  readonly isPrimary: boolean;
  readonly key: ImageSetKey;
  /** `DICOMTags` of a search result, from the instance imported last. */
  readonly tags: Readonly<Record<string, string | number>>;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly deletedAtMs?: number;
  /** The oldest first. */
  readonly versions: readonly ImageSetVersion[];
}

export interface ImageSetVersion {
  readonly versionId: number;
  readonly jobId: string;
  readonly createdAtMs: number;
  /** What this version added or replaced: instance ids by SOP Instance UID. */
  readonly instances: Readonly<Record<string, string>>;
}

/** An imported instance; its frames are ranges of its pixel file. */
export interface InstanceRecord {
  readonly instanceId: string;
  readonly inputFile: string;
  readonly transferSyntaxUid: string;
  readonly rows: number;
  readonly columns: number;
  readonly frames: readonly Frame[];
  readonly vrs: Readonly<Record<string, string>>;
  readonly attributes: Attributes;
}
