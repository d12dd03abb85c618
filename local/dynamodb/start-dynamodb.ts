import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { type TableName, tableNames } from '../../core/tables.ts';
import { localAccount } from '../local-account.ts';
import { createTableInput } from './create-table-input.ts';
import { workInHand } from './work-in-hand.ts';

export interface LocalDynamoDb {
  readonly endpoint: string;
  /** The name of each table: its own. */
  readonly tables: Readonly<Record<TableName, TableName>>;
  readonly close: () => Promise<void>;
}

/**
 * Starts a DynamoDB on loopback that has the ledger's tables.
 * @param folder where it keeps them; without one they last as long as the process
 */
export async function startDynamoDb({ folder }: { readonly folder?: string | undefined }): Promise<LocalDynamoDb> {
  const server = dynalite({ createTableMs: 0, ...(folder === undefined ? {} : { path: folder }) });
  const idle = workInHand(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient({ ...localAccount, endpoint });
  for (const name of tableNames) {
    await client.send(new CreateTableCommand(createTableInput(name))).catch((error) => {
      if (!(error instanceof ResourceInUseException)) throw error;
    });
  }
  client.destroy();
  return {
    endpoint,
    tables: Object.fromEntries(tableNames.map((name) => [name, name])) as Record<TableName, TableName>,
    close: async () => {
      server.closeAllConnections();
      await idle();
      await new Promise<void>((resolve, reject) => {
        server.close((error) => (error === undefined || error === null ? resolve() : reject(error)));
        server.closeAllConnections();
      });
    },
  };
}
