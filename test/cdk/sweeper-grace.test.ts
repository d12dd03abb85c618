import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseConfig } from '../../core/config.ts';
import { LATE_MS } from '../../service/store/s3/request-signer.ts';

const templates = new URL('../../cdk/templates/generated/', import.meta.url);
const CLOCK_DRIFT = 0.02;
/** S3 tells times in whole seconds. */
const SECOND_MS = 1_000;

it('the sweeper waits longer than a late request of a live owner is good for, as docs/decisions/0015 says', () => {
  const { leaseTtlMs, storeDeadlineMs } = parseConfig({ SCP_FOLDER: '/x' });
  const graces = readdirSync(templates).flatMap((name) => {
    const [, grace] = /"LEASE_GRACE_MS": "(\d+)"/.exec(readFileSync(new URL(name, templates), 'utf8')) ?? [];
    return grace === undefined ? [] : [Number(grace)];
  });
  expect(graces.length).toBeGreaterThan(0);
  for (const deadlineMs of [storeDeadlineMs, 45_000]) {
    const leastMs = deadlineMs + LATE_MS + CLOCK_DRIFT * leaseTtlMs + SECOND_MS;
    for (const graceMs of graces) expect(graceMs).toBeGreaterThan(leastMs);
  }
});
