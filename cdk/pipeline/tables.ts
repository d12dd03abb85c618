import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { type TableName, type TableSchema, tableNames, tables } from '../../core/tables.ts';

export interface LedgerTablesProps {
  /** A key of the customer's; without one, a key that AWS manages for the account. */
  readonly encryptionKey?: IKey;
}

/** The tables of the ledger. They outlive the stack: they are the proof of what arrived. */
export class LedgerTables extends Construct {
  readonly byName: Readonly<Record<TableName, Table>>;

  constructor(scope: Construct, id: string, { encryptionKey }: LedgerTablesProps = {}) {
    super(scope, id);
    // TableV2 cannot name a customer's key in a stack that may be deployed to any region.
    const encryption =
      encryptionKey === undefined
        ? { encryption: TableEncryption.AWS_MANAGED }
        : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey };
    const create = (name: TableName): Table => {
      const schema: TableSchema = tables[name];
      const table = new Table(this, name, {
        ...keysOf(schema),
        ...encryption,
        ...(schema.timeToLive === undefined ? {} : { timeToLiveAttribute: schema.timeToLive }),
        billingMode: BillingMode.PAY_PER_REQUEST,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        deletionProtection: true,
        removalPolicy: RemovalPolicy.RETAIN,
      });
      for (const [indexName, index] of Object.entries(schema.indexes)) {
        table.addGlobalSecondaryIndex({
          indexName,
          ...keysOf(index),
          ...(index.keysOnly === true ? { projectionType: ProjectionType.KEYS_ONLY } : {}),
        });
      }
      return table;
    };
    this.byName = Object.fromEntries(tableNames.map((name) => [name, create(name)])) as Record<TableName, Table>;
  }
}

const keysOf = ({ partitionKey, sortKey }: Pick<TableSchema, 'partitionKey' | 'sortKey'>) => ({
  partitionKey: { name: partitionKey, type: AttributeType.STRING },
  ...(sortKey === undefined ? {} : { sortKey: { name: sortKey, type: AttributeType.STRING } }),
});
