import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Clock, Schedule } from '../../core/clock.ts';
import type { Config } from '../../core/config-schema.ts';
import type { ManifestInstance } from '../../core/manifest.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import type { Emit } from '../telemetry/events.ts';
import { CommitmentProvider } from './commitment-provider.ts';
import { dynamoCommitments } from './dynamo-commitments.ts';
import { Holdings } from './holdings.ts';
import { ledgerRecords } from './ledger-records.ts';
import { manifestRecords } from './manifest-records.ts';
import { ObjectCommitments } from './object-commitments.ts';
import { type Reach, Runner } from './runner.ts';

export interface CommitmentOptions {
  readonly config: Config;
  /** Where instances are kept. */
  readonly store: ObjectStore;
  /** Where transactions are kept, durable file by file and name by name; undefined with SCP_COMMITMENTS_TABLE. */
  readonly folder: ObjectStore | undefined;
  readonly openInstances: () => Iterable<ManifestInstance>;
  readonly owner: string;
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly random: () => number;
  readonly emit: Emit;
}

/** Storage commitment, as the settings say. */
export interface StorageCommitment {
  readonly request: CommitmentProvider['request'];
  /** Whether peers that are not listed may ask. */
  readonly allowsUnknownPeers: boolean;
  /** Begins to report, once it is known how peers are reached. */
  readonly start: (reach: Reach) => void;
  /** Resolves when nothing is at work any more, or at the deadline. */
  readonly close: (deadline: Promise<void>) => Promise<void>;
}

/** Opens storage commitment; undefined when the settings have it off. */
export async function openCommitment(options: CommitmentOptions): Promise<StorageCommitment | undefined> {
  const { config, store, folder, openInstances, owner, clock, schedule, random, emit } = options;
  const { commitment: meaning, commitmentsTable, ledgerInstancesTable } = config;
  if (meaning === 'off') return undefined;
  const needsDynamo = commitmentsTable !== undefined || ledgerInstancesTable !== undefined;
  const client = needsDynamo ? DynamoDBDocumentClient.from(new DynamoDBClient({})) : undefined;
  const inFolder = folder && new ObjectCommitments(folder);
  await inFolder?.prune(clock.nowMs());
  const inTable = client && commitmentsTable ? dynamoCommitments(client, commitmentsTable) : undefined;
  const commitments = inTable ?? inFolder;
  if (commitments === undefined) throw new Error('storage commitment without a place for its transactions');
  const records = client && ledgerInstancesTable ? ledgerRecords(client, ledgerInstancesTable) : manifestRecords(store);
  const holdings = new Holdings({ records, store, openInstances });
  const common = { store: commitments, holder: owner, clock, emit };
  const runner = new Runner({
    ...common,
    look: (commitment) => holdings.look(commitment),
    limits: { absentAfterMs: config.commitmentAbsentAfterMs, decideWithinMs: config.commitmentDecideWithinMs },
    reportWithinMs: config.commitmentReportWithinMs,
    leaseTtlMs: config.commitmentLeaseTtlMs,
    pollMs: config.commitmentPollMs,
    schedule,
    random,
  });
  const provider = new CommitmentProvider({ ...common, runner, meaning, maxInstances: config.commitmentMaxInstances });
  return {
    request: (...request) => provider.request(...request),
    allowsUnknownPeers: config.commitmentUnknownPeers === 'allow',
    start: (reach) => runner.start(reach),
    close: async (deadline) => {
      await Promise.race([runner.close(), deadline]);
      client?.destroy();
    },
  };
}
