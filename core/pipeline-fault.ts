/**
 * How a step of the pipeline fails. The names are part of the state machine's definition (ErrorEquals): it decides by
 * them what is tried again and what ends the batch.
 */
export const pipelineFaults = {
  /** No manifest under the key. */
  MANIFEST_MISSING: 'ManifestMissing',
  /** The manifest does not follow the schema, or has a version that this release does not know. */
  MANIFEST_INVALID: 'ManifestInvalid',
  /** Neither the route nor the environment names a datastore. */
  NO_DATASTORE: 'NoDatastore',
  /** The ledger has the batch in a state from which this step may not move it. */
  TRANSITION_REFUSED: 'TransitionRefused',
  /** DynamoDB kept leaving items unprocessed. */
  LEDGER_BUSY: 'LedgerBusy',
  /** HealthImaging's rate or its number of concurrent jobs is used up. */
  IMPORT_THROTTLED: 'ImportThrottled',
  /** HealthImaging cannot be reached or answers 5xx. */
  IMPORT_UNAVAILABLE: 'ImportUnavailable',
  /** HealthImaging does not take the request, and will not take it later. */
  IMPORT_REFUSED: 'ImportRefused',
  /** The job ran longer than it is waited for. */
  IMPORT_OVERDUE: 'ImportOverdue',
  /** The job has ended and its results are not complete in the bucket yet. */
  OUTPUTS_NOT_READY: 'OutputsNotReady',
  /** The batch was started again as often as is allowed and never came to an end. */
  REDRIVES_EXHAUSTED: 'RedrivesExhausted',
} as const;

export type PipelineFaultCode = keyof typeof pipelineFaults;

/** A step of the pipeline failed for a reason it knows. `name` is what Lambda reports as errorType. */
export class PipelineFault extends Error {
  override readonly name: (typeof pipelineFaults)[PipelineFaultCode];
  readonly code: PipelineFaultCode;

  constructor(code: PipelineFaultCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.name = pipelineFaults[code];
  }
}
