import { z } from 'zod';
import { durationMs, meta } from './setting-types.ts';

const tableName = z
  .string()
  .regex(/^[a-zA-Z0-9_.-]{3,255}$/, 'a table name has 3 to 255 of a-z, A-Z, 0-9, "_", "-", "."');

/** The settings of what the service shows of the import pipeline's ledger. */
export const ledgerSettings = {
  ledgerBatchesTable: tableName
    .optional()
    .meta(
      meta(
        'SCP_LEDGER_BATCHES_TABLE',
        'DynamoDB table of batches that is read for metrics of the import. Not set: no such metrics.',
      ),
    ),
  ledgerInstancesTable: tableName
    .optional()
    .meta(
      meta(
        'SCP_LEDGER_INSTANCES_TABLE',
        'DynamoDB table of instances, read for the reasons of single failures. Not set: the metrics give none for them.',
      ),
    ),
  ledgerIntervalMs: durationMs(250, 3_600_000)
    .default(30_000)
    .meta(meta('SCP_LEDGER_INTERVAL_MS', 'Pause between two reads of the ledger.')),
};
