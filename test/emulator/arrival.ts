import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MedicalImagingClient, paginateSearchImageSets } from '@aws-sdk/client-medical-imaging';
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type StudyRecord, summarizeStudy } from '../../core/ledger.ts';
import { localAccount } from '../../local/local-account.ts';
import { LedgerReader } from '../../service/operator/ledger-reader.ts';
import type { Deployed } from './deploy-stack.ts';
import { clientOf, type EmulatedAws } from './emulated-aws.ts';
import type { Scan } from './scan.ts';

const POLL_MS = 500;

/**
 * Reads the ledger that the deployed functions write until every study of a scan is complete, or needs attention, or
 * time is over; answers the studies as they are then.
 */
export function studiesWatch(aws: EmulatedAws, { output }: Deployed, datastoreId: string, deadlineMs: number) {
  const ledger = new LedgerReader(DynamoDBDocumentClient.from(new DynamoDBClient(clientOf(aws))), {
    batches: output('BatchesTable'),
    instances: output('InstancesTable'),
    studies: output('StudiesTable'),
  });
  return async ({ studyInstanceUids }: Scan): Promise<readonly StudyRecord[]> => {
    const keys = studyInstanceUids.map((studyInstanceUid) => ({ datastoreId, studyInstanceUid }));
    const begun = performance.now();
    for (;;) {
      const studies = await ledger.studiesOf(keys);
      const settled = studies.filter((study) => ['complete', 'attention'].includes(summarizeStudy(study).state));
      if (settled.length === keys.length || performance.now() - begun > deadlineMs) return studies;
      await sleep(POLL_MS);
    }
  };
}

export interface Execution {
  readonly name: string;
  readonly status: string;
  /** The states that it went through, in order. */
  readonly states: readonly string[];
}

/** What the deployed state machine has run. */
export async function executionsOf(aws: EmulatedAws, stateMachineArn: string): Promise<readonly Execution[]> {
  const client = new SFNClient({ ...clientOf(aws), disableHostPrefix: true });
  const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
  const found: Execution[] = [];
  for (const { executionArn, name = '', status = '' } of executions) {
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    const states = events.flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []);
    found.push({ name, status, states });
  }
  return found;
}

/** The image sets that HealthImaging has in a data store. */
export async function imageSetsIn(endpoint: string, datastoreId: string): Promise<readonly string[]> {
  const client = new MedicalImagingClient({ ...localAccount, endpoint, disableHostPrefix: true });
  const ids: string[] = [];
  for await (const page of paginateSearchImageSets({ client }, { datastoreId })) {
    ids.push(...(page.imageSetsMetadataSummaries ?? []).flatMap(({ imageSetId }) => imageSetId ?? []));
  }
  return ids;
}
