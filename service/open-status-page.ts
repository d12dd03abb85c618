import { readFile } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config-schema.ts';
import type { RouteTable } from '../core/route-table.ts';
import type { AdminOptions } from './admin/server.ts';
import { openStatus } from './admin/status/open-status.ts';
import type { ActionOutcome, OperatorActions } from './admin/status/operator-actions.ts';
import { LedgerReader } from './operator/ledger-reader.ts';
import { approvePeer } from './operator/peer-files.ts';
import { replayBatch } from './operator/replay-batch.ts';
import type { Emit } from './telemetry/events.ts';
import type { LiveStatus } from './telemetry/live-status.ts';
import { safeText } from './telemetry/safe-text.ts';

export interface StatusPageOptions {
  readonly config: Config;
  readonly live: LiveStatus;
  readonly routes: RouteTable;
  readonly version: string;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** Puts the status page together: the ledger that it reads, and what operators may do from it. */
export async function openStatusPage(options: StatusPageOptions): Promise<Pick<AdminOptions, 'pages' | 'act'>> {
  const { config, emit } = options;
  const ledger = openLedger(config);
  const { adminTokenFile } = config;
  if (adminTokenFile === undefined) return openStatus({ ...options, ledger, operator: undefined });
  return openStatus({
    ...options,
    ledger,
    operator: {
      token: await readFile(adminTokenFile, 'utf8'),
      actions: actionsOf(config, ledger),
      onAction: (action, about, outcome) => emit({ event: 'operator-acted', action, about: safeText(about), outcome }),
    },
  });
}

function openLedger(config: Config): LedgerReader | undefined {
  const { ledgerBatchesTable: batches, ledgerInstancesTable: instances, ledgerStudiesTable: studies } = config;
  if (batches === undefined || instances === undefined || studies === undefined) return undefined;
  // A page is not worth waiting long for.
  const client = new DynamoDBClient({ maxAttempts: 2 });
  return new LedgerReader(DynamoDBDocumentClient.from(client), { batches, instances, studies });
}

function actionsOf(config: Config, ledger: LedgerReader | undefined): OperatorActions {
  const { statusStateMachine: stateMachineArn, recordedPeersFile: recordedPath, peersFile: peersPath } = config;
  const replay =
    ledger === undefined || stateMachineArn === undefined ? undefined : replayAction(ledger, stateMachineArn);
  const approve =
    recordedPath === undefined || peersPath === undefined ? undefined : approveAction({ recordedPath, peersPath });
  return {
    ...(replay === undefined ? {} : { replay }),
    ...(approve === undefined ? {} : { approvePeer: approve }),
  };
}

function replayAction(ledger: LedgerReader, stateMachineArn: string): (batchId: string) => Promise<ActionOutcome> {
  const client = new SFNClient({ maxAttempts: 2 });
  return async (batchId) => {
    const location = `/status/batch?id=${encodeURIComponent(batchId)}`;
    const batch = await ledger.batch(batchId);
    if (batch === undefined) return { done: false, sentence: 'The ledger knows no such batch.', location };
    const { outcome } = await replayBatch(batch, { client, stateMachineArn });
    const sentences = {
      started: 'An execution has started.',
      running: 'An execution is at it already.',
      complete: 'Everything of it arrived.',
      exhausted: 'It was replayed too often.',
    };
    return { done: outcome === 'started', sentence: sentences[outcome], location };
  };
}

function approveAction(files: { readonly recordedPath: string; readonly peersPath: string }) {
  return async (aeTitle: string, address: string): Promise<ActionOutcome> => {
    const location = '/status';
    try {
      const { outcome } = await approvePeer(files, aeTitle, address);
      return outcome === 'not-recorded'
        ? { done: false, sentence: 'Nothing was recorded of that peer.', location }
        : { done: true, sentence: 'The peers file lists it.', location };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
      return { done: false, sentence: `The peers file cannot be written${code}.`, location };
    }
  };
}
