import { z } from 'zod';
import { durationMs, meta } from './setting-types.ts';

const tableName = z
  .string()
  .regex(/^[a-zA-Z0-9_.-]{3,255}$/, 'a table name has 3 to 255 of a-z, A-Z, 0-9, "_", "-", "."');

/** Where the import pipeline keeps its account of batches, instances and studies, and how often it is looked at. */
export const ledgerSettings = {
  ledgerBatchesTable: tableName
    .optional()
    .meta(
      meta(
        'SCP_LEDGER_BATCHES_TABLE',
        'DynamoDB table of batches, read for metrics of the import and by the status page. Not set: no such metrics.',
      ),
    ),
  ledgerInstancesTable: tableName
    .optional()
    .meta(
      meta(
        'SCP_LEDGER_INSTANCES_TABLE',
        'DynamoDB table of instances, read for the reasons of single failures, by the status page, and by storage commitment, which reads the manifests in the store otherwise.',
      ),
    ),
  ledgerStudiesTable: tableName
    .optional()
    .meta(
      meta(
        'SCP_LEDGER_STUDIES_TABLE',
        'DynamoDB table of studies. The status page shows imports when it is told all three tables, and this process alone otherwise.',
      ),
    ),
  ledgerIntervalMs: durationMs(250, 3_600_000)
    .default(30_000)
    .meta(meta('SCP_LEDGER_INTERVAL_MS', 'Pause between two reads of the ledger for metrics.')),
};
