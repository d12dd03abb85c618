import type { Deployed } from './deploy-stack.ts';
import type { EmulatedAws } from './emulated-aws.ts';
import { podEnvironment } from './pod-environment.ts';
import { taskEnvironment } from './task-environment.ts';

export const editions = ['fargate', 'eks'] as const;
export type Edition = (typeof editions)[number];

/** How long a batch is open after the last instance, so that a rehearsal does not wait for long. */
const BATCH_QUIET_MS = '2000';
/** Likewise, how long a batch lives without its owner; not less than a store may take. */
const LEASE_TTL_MS = '30000';

/**
 * What the app is told beside the data store. Storage commitment is on, since it brings tables and grants along; nobody
 * pulls the image: its process is started from here.
 */
export const contextOf = (
  edition: Edition,
  accountId: string,
  region: string,
): Readonly<Record<`scp:${string}` | `SCP_${string}`, string>> =>
  edition === 'eks'
    ? {
        'scp:edition': 'eks',
        'scp:eksClusterName': 'rehearsed',
        SCP_LEASE_TTL_MS: LEASE_TTL_MS,
        SCP_COMMITMENT: 'imported',
      }
    : {
        'scp:image': `${accountId}.dkr.ecr.${region}.amazonaws.com/dicom-store-scp:rehearsed`,
        SCP_BATCH_QUIET_MS: BATCH_QUIET_MS,
        SCP_LEASE_TTL_MS: LEASE_TTL_MS,
        SCP_COMMITMENT: 'imported',
        SCP_COMMITMENT_UNKNOWN_PEERS: 'allow',
      };

/** The environment of the service's container, as the edition comes to it. */
export const containerEnvironmentOf = (
  edition: Edition,
  aws: EmulatedAws,
  deployed: Deployed,
  folder: string,
): Promise<Readonly<Record<string, string>>> =>
  edition === 'eks'
    ? podEnvironment(aws, deployed, folder, {
        batchQuietMs: BATCH_QUIET_MS,
        leaseTtlMs: LEASE_TTL_MS,
        commitment: 'imported',
        commitmentUnknownPeers: 'allow',
        commitmentsTable: deployed.output('CommitmentsTable'),
        ledgerInstancesTable: deployed.output('InstancesTable'),
      })
    : taskEnvironment(aws, deployed);
