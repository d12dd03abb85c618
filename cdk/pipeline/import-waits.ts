/**
 * How long the state machine waits, and how often it tries. Seconds, except for the counts.
 */
export const importWaits = {
  /** How long a job's turn and its event are waited for before it is asked how things stand. */
  eventTimeoutSeconds: 3_600,
  pollIntervalSeconds: 120,
  /** A day: then the batch is given up. */
  maxPolls: 720,
  /** No execution lives longer. */
  executionTimeoutSeconds: 4 * 86_400,
} as const;

/** A Retry of the state machine. All use full jitter, so that batches that were refused together do not come back together. */
export interface RetryPolicy {
  readonly intervalSeconds: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number;
  readonly maxAttempts: number;
}

export const retries = {
  /** Whatever may pass: networks, throttled tables, cold dependencies. */
  passing: { intervalSeconds: 2, backoffRate: 2, maxDelaySeconds: 60, maxAttempts: 8 },
  /** What is urgent: soon an import job is the faster way. */
  urgent: { intervalSeconds: 1, backoffRate: 2, maxDelaySeconds: 4, maxAttempts: 2 },
  /** HealthImaging refuses to say how a job stands: several hours. */
  quota: { intervalSeconds: 2, backoffRate: 2, maxDelaySeconds: 120, maxAttempts: 600 },
  /** The results of a job that has ended: a quarter of an hour. */
  outputs: { intervalSeconds: 5, backoffRate: 1.5, maxDelaySeconds: 60, maxAttempts: 40 },
  /** The last step of all is the one that must not be given up. */
  lastStep: { intervalSeconds: 2, backoffRate: 2, maxDelaySeconds: 300, maxAttempts: 30 },
} as const satisfies Record<string, RetryPolicy>;
