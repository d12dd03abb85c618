import type { OperationName } from './http/operation-name.ts';

/** A token bucket: `perSecond` tokens flow in, at most `burst` are kept. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Limits of the emulated account. */
export interface Quotas {
  /** Requests of an operation without a rate are not limited. */
  readonly rates: Readonly<Partial<Record<OperationName, Rate>>>;
  readonly datastores: number;
  /** Import jobs of a datastore that have not ended. */
  readonly concurrentJobs: number;
  readonly filesPerJob: number;
  readonly bytesPerJob: number;
  readonly bytesPerFile: number;
  /** What one STOW-RS request may bring. */
  readonly bytesPerStore: number;
}

/** The defaults of AWS ("Endpoints and quotas" and "Throttling limits" of the developer guide). STOW-RS has none there. */
export const awsQuotas: Quotas = {
  rates: {
    CreateDatastore: { perSecond: 0.085, burst: 1 },
    GetDatastore: { perSecond: 10, burst: 20 },
    StartDICOMImportJob: { perSecond: 1, burst: 2 },
    GetDICOMImportJob: { perSecond: 25, burst: 50 },
    ListDICOMImportJobs: { perSecond: 10, burst: 20 },
    SearchImageSets: { perSecond: 25, burst: 50 },
    GetImageSet: { perSecond: 25, burst: 50 },
    GetImageSetMetadata: { perSecond: 50, burst: 100 },
    GetImageFrame: { perSecond: 1000, burst: 2000 },
    DeleteImageSet: { perSecond: 0.25, burst: 1 },
  },
  datastores: 100,
  concurrentJobs: 100,
  filesPerJob: 5_000,
  bytesPerJob: 10_000_000_000,
  bytesPerFile: 10_000_000_000,
  bytesPerStore: 1_000_000_000,
};

/** No limits at all, for trials of something else. */
export const noQuotas: Quotas = {
  rates: {},
  datastores: Number.POSITIVE_INFINITY,
  concurrentJobs: Number.POSITIVE_INFINITY,
  filesPerJob: Number.POSITIVE_INFINITY,
  bytesPerJob: Number.POSITIVE_INFINITY,
  bytesPerFile: Number.POSITIVE_INFINITY,
  bytesPerStore: Number.POSITIVE_INFINITY,
};
