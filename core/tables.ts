/** A DynamoDB table as data. Every key is a string. */
export interface TableSchema {
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly indexes: Readonly<Record<string, IndexSchema>>;
  /** The attribute after whose time, in seconds since the epoch, an item is removed. */
  readonly timeToLive?: string;
}

/** A global secondary index. */
export interface IndexSchema {
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** Projects the keys alone. @default - all attributes */
  readonly keysOnly?: boolean;
}

/** The tables of the ledger: what CDK creates in an account and the local edition creates on a laptop. */
export const tables = {
  batches: {
    partitionKey: 'batchId',
    indexes: {
      byStatus: { partitionKey: 'status', sortKey: 'updatedAt' },
      byLane: { partitionKey: 'lane', sortKey: 'queuedAt', keysOnly: true },
    },
  },
  instances: {
    partitionKey: 'batchId',
    sortKey: 'objectKey',
    indexes: { bySopInstance: { partitionKey: 'sopInstanceUid', sortKey: 'receivedAt' } },
  },
  studies: { partitionKey: 'datastoreId', sortKey: 'studyInstanceUid', indexes: {} },
  commitments: {
    partitionKey: 'transactionUid',
    /** Transactions that are not over have a `queue`. */
    indexes: { byDue: { partitionKey: 'queue', sortKey: 'dueAt' } },
    timeToLive: 'expiresAt',
  },
  /** One item: who may start jobs now, and how many. */
  limiter: { partitionKey: 'limiterId', indexes: {} },
} as const satisfies Readonly<Record<string, TableSchema>>;

export type TableName = keyof typeof tables;
export const tableNames = Object.keys(tables) as TableName[];
