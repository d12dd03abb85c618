import type { Clock, Schedule } from '../../core/clock.ts';
import type { Config } from '../../core/config-schema.ts';
import { type LedgerFindings, LedgerWatch } from './ledger-watch.ts';

/** Watches the ledger as it is configured; nothing where no table is. The client is loaded only if it is needed. */
export async function openLedgerWatch(
  { ledgerBatchesTable: batches, ledgerInstancesTable: instances, ledgerIntervalMs: intervalMs }: Config,
  runtime: { readonly findings: LedgerFindings; readonly clock: Clock; readonly schedule: Schedule },
): Promise<LedgerWatch | undefined> {
  if (batches === undefined) return undefined;
  const [{ DynamoDBClient }, { DynamoDBDocumentClient }, { ledgerQueries }] = await Promise.all([
    import('@aws-sdk/client-dynamodb'),
    import('@aws-sdk/lib-dynamodb'),
    import('./ledger-queries.ts'),
  ]);
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  return new LedgerWatch({ queries: ledgerQueries(client, { batches, instances }), intervalMs, ...runtime });
}
