import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { type StudyRecord, studyRecordSchema } from '../../core/ledger.ts';
import { dynamoLedger } from '../../lambdas/ledger/dynamo-ledger.ts';
import { startDynamoDb } from '../../local/dynamodb/start-dynamodb.ts';
import { localAccount } from '../../local/local-account.ts';

/** A ledger over a DynamoDB in memory. */
export async function startLedger() {
  const dynamodb = await startDynamoDb({});
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ ...localAccount, endpoint: dynamodb.endpoint }));
  const pauses: number[] = [];
  const pacing = {
    random: () => 1,
    sleep: async (ms: number) => {
      pauses.push(ms);
    },
  };
  return {
    client,
    pauses,
    pacing,
    tables: dynamodb.tables,
    ledger: dynamoLedger(client, dynamodb.tables, pacing),
    study: async (datastoreId: string, studyInstanceUid: string): Promise<StudyRecord | undefined> => {
      const key = { datastoreId, studyInstanceUid };
      const { Item } = await client.send(new GetCommand({ TableName: dynamodb.tables.studies, Key: key }));
      return Item === undefined ? undefined : studyRecordSchema.parse(Item);
    },
    close: async () => {
      client.destroy();
      await dynamodb.close();
    },
  };
}

export type LedgerTrial = Awaited<ReturnType<typeof startLedger>>;
