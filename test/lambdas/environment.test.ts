import { afterEach, describe, expect, it, vi } from 'vitest';
import { environmentOf } from '../../lambdas/environment.ts';

const complete = {
  BATCHES_TABLE: 'batches',
  INSTANCES_TABLE: 'instances',
  STUDIES_TABLE: 'studies',
  OUTPUT_S3_URI: 's3://results/jobs/',
};
const set = (variables: Readonly<Record<string, string>>) => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
};
afterEach(() => vi.unstubAllEnvs());

describe("a function's environment", () => {
  it('has what the function is declared to read', () => {
    set({ ...complete, STATE_MACHINE_ARN: 'arn' });
    expect(environmentOf('register')).toEqual(complete);
  });

  it('takes an empty variable for none', () => {
    set({ ...complete, DEFAULT_DATASTORE_ID: '' });
    expect(environmentOf('register').DEFAULT_DATASTORE_ID).toBeUndefined();
  });

  it('names every problem at once', () => {
    set({ ...complete, OUTPUT_S3_URI: 's3://results/jobs', DEFAULT_DATASTORE_ID: 'short', BATCHES_TABLE: '' });
    const read = () => environmentOf('register');
    for (const name of ['OUTPUT_S3_URI', 'DEFAULT_DATASTORE_ID', 'BATCHES_TABLE']) expect(read).toThrow(name);
  });

  it('has durations as numbers', () => {
    set({
      ...complete,
      INGEST_BUCKET: 'ingest',
      STATE_MACHINE_ARN: 'arn',
      LEASE_TTL_MS: '30000',
      LEASE_GRACE_MS: '0',
      LOST_EVENT_AFTER_MS: '1',
      LOST_EVENT_LOOKBACK_MS: '2',
      STUCK_AFTER_MS: '3',
      MAX_REDRIVES: '4',
    });
    expect(environmentOf('sweep')).toMatchObject({ LEASE_TTL_MS: 30_000, MAX_REDRIVES: 4 });
  });
});
