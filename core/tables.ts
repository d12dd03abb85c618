/** A DynamoDB table as data. Every key is a string. */
export interface TableSchema {
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly indexes: Readonly<Record<string, IndexSchema>>;
}

/** A global secondary index with all attributes projected. */
export interface IndexSchema {
  readonly partitionKey: string;
  readonly sortKey?: string;
}

/** The tables of the ledger: what CDK creates in an account and the local edition creates on a laptop. */
export const tables = {
  batches: {
    partitionKey: 'batchId',
    indexes: { byStatus: { partitionKey: 'status', sortKey: 'updatedAt' } },
  },
  instances: {
    partitionKey: 'batchId',
    sortKey: 'objectKey',
    indexes: { bySopInstance: { partitionKey: 'sopInstanceUid', sortKey: 'receivedAt' } },
  },
  studies: { partitionKey: 'datastoreId', sortKey: 'studyInstanceUid', indexes: {} },
  commitments: { partitionKey: 'transactionUid', indexes: {} },
} as const satisfies Readonly<Record<string, TableSchema>>;

export type TableName = keyof typeof tables;
export const tableNames = Object.keys(tables) as TableName[];
