import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { beforeAll, describe, expect, it } from 'vitest';
import { LedgerTables } from '../../../cdk/pipeline/tables.ts';
import { tableNames, tables } from '../../../core/tables.ts';
import { createTableInput } from '../../../local/dynamodb/create-table-input.ts';

const synthesize = (withKey: boolean): Template => {
  const stack = new Stack(new App(), 'Tables');
  new LedgerTables(stack, 'Ledger', withKey ? { encryptionKey: new Key(stack, 'Key') } : {});
  return Template.fromStack(stack);
};

describe('the tables of the ledger', () => {
  let template: Template;
  let templateWithKey: Template;

  // CDK holds each template against CloudFormation's schemas, which takes a busy machine its time.
  beforeAll(() => {
    template = synthesize(false);
    templateWithKey = synthesize(true);
  }, 180_000);

  it('outlive the stack and can be restored', () => {
    const found = template.findResources('AWS::DynamoDB::Table');
    expect(Object.keys(found)).toHaveLength(tableNames.length);
    for (const table of Object.values(found)) {
      expect(table).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          SSESpecification: { SSEEnabled: true },
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      });
    }
  });

  it("may be encrypted with the customer's key, in any region", () => {
    templateWithKey.allResourcesProperties('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: Match.anyValue() },
    });
  });

  it.each(tableNames)('have the same keys in an account and on a laptop: %s', (name) => {
    const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes } = createTableInput(name);
    const local = { KeySchema, GlobalSecondaryIndexes };
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      ...JSON.parse(JSON.stringify(local)),
      AttributeDefinitions: Match.arrayWith(AttributeDefinitions ?? []),
    });
    expect(KeySchema?.[0]?.AttributeName).toBe(tables[name].partitionKey);
  });
});
