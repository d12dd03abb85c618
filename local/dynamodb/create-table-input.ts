import type { CreateTableCommandInput, KeySchemaElement } from '@aws-sdk/client-dynamodb';
import { type TableName, type TableSchema, tables } from '../../core/tables.ts';

/** CreateTable's request for a table of the ledger. */
export function createTableInput(name: TableName): CreateTableCommandInput {
  const schema: TableSchema = tables[name];
  const indexes = Object.entries(schema.indexes);
  const keys = [schema, ...indexes.map(([, index]) => index)].flatMap(({ partitionKey, sortKey }) => [
    partitionKey,
    ...(sortKey === undefined ? [] : [sortKey]),
  ]);
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...new Set(keys)].map((key) => ({ AttributeName: key, AttributeType: 'S' })),
    KeySchema: keySchema(schema),
    ...(indexes.length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: indexes.map(([IndexName, index]) => ({
            IndexName,
            KeySchema: keySchema(index),
            Projection: { ProjectionType: index.keysOnly === true ? 'KEYS_ONLY' : 'ALL' },
          })),
        }),
  };
}

const keySchema = ({ partitionKey, sortKey }: Pick<TableSchema, 'partitionKey' | 'sortKey'>): KeySchemaElement[] => [
  { AttributeName: partitionKey, KeyType: 'HASH' },
  ...(sortKey === undefined ? [] : [{ AttributeName: sortKey, KeyType: 'RANGE' as const }]),
];
