import { z } from 'zod';
import { commitmentMeaningSchema } from './commitment.ts';
import { count, durationMs, meta } from './setting-types.ts';

/** The settings of storage commitment: whether it is offered, what it means, and where its transactions are kept. */
export const commitmentSettings = {
  commitment: z
    .enum(['off', ...commitmentMeaningSchema.options])
    .default('off')
    .meta(
      meta(
        'SCP_COMMITMENT',
        'Storage commitment: `off`, or what an instance must be to be reported as committed: `stored`, in the store, or `imported`, in HealthImaging.',
      ),
    ),
  commitmentUnknownPeers: z
    .enum(['refuse', 'allow'])
    .default('refuse')
    .meta(
      meta(
        'SCP_COMMITMENT_UNKNOWN_PEERS',
        'Whether peers that are not in the peers file may ask for storage commitment. With no address to send to, reports reach them on the association of the request alone.',
      ),
    ),
  commitmentFolder: z
    .string()
    .min(1)
    .optional()
    .meta(
      meta(
        'SCP_COMMITMENT_FOLDER',
        'Folder that transactions of storage commitment are kept in, on a volume that outlives the process.',
      ),
    ),
  commitmentsTable: z
    .string()
    .min(3)
    .max(255)
    .optional()
    .meta(
      meta(
        'SCP_COMMITMENTS_TABLE',
        'DynamoDB table that transactions of storage commitment are kept in, in place of a folder.',
      ),
    ),
  commitmentMaxInstances: count(1, 50_000)
    .default(10_000)
    .meta(
      meta(
        'SCP_COMMITMENT_MAX_INSTANCES',
        'Most instances in one request for storage commitment; more are refused, 0x0213.',
      ),
    ),
  commitmentAbsentAfterMs: durationMs(0, 86_400_000)
    .default(900_000)
    .meta(
      meta(
        'SCP_COMMITMENT_ABSENT_AFTER_MS',
        'How long an instance that is not found is waited for until it is reported as failed, 0x0112. Longer than a batch may take to be sealed and registered.',
      ),
    ),
  commitmentDecideWithinMs: durationMs(1_000, 30 * 86_400_000)
    .default(86_400_000)
    .meta(
      meta(
        'SCP_COMMITMENT_DECIDE_WITHIN_MS',
        'How long an instance that is here and not yet imported is waited for until it is reported as failed, 0x0110.',
      ),
    ),
  commitmentReportWithinMs: durationMs(1_000, 30 * 86_400_000)
    .default(3 * 86_400_000)
    .meta(
      meta(
        'SCP_COMMITMENT_REPORT_WITHIN_MS',
        'How long a report that a peer does not take is sent again, at growing intervals.',
      ),
    ),
  commitmentLeaseTtlMs: durationMs(1_000, 3_600_000)
    .default(120_000)
    .meta(
      meta(
        'SCP_COMMITMENT_LEASE_TTL_MS',
        'How long a process that works on a transaction may show no sign of life until another takes over. One try to report has a third of it.',
      ),
    ),
  commitmentPollMs: durationMs(100, 600_000)
    .default(5_000)
    .meta(
      meta('SCP_COMMITMENT_POLL_MS', 'How often it is looked for transactions of storage commitment that are due.'),
    ),
};
