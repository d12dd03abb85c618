import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** The tables that the pipeline keeps its account in. */
export interface ImportTables {
  readonly batches: { readonly tableArn: string };
  readonly instances: { readonly tableArn: string };
  readonly studies: { readonly tableArn: string };
}

/**
 * What the service may read to show the import: batches by their status and the reasons of instances, for metrics; for
 * the status page single batches, studies and instances by their UID, too. Nothing is written.
 * `test/cdk/ledger-grants.test.ts` runs the service and compares.
 */
export function ledgerGrants(
  { batches, instances, studies }: ImportTables,
  withStatusPage: boolean,
): readonly PolicyStatement[] {
  const allow = (action: string, ...resources: string[]) =>
    new PolicyStatement({ actions: [`dynamodb:${action}`], resources });
  const queried = [`${batches.tableArn}/index/byStatus`, instances.tableArn];
  if (!withStatusPage) return [allow('Query', ...queried)];
  return [
    allow('Query', ...queried, `${instances.tableArn}/index/bySopInstance`),
    allow('GetItem', batches.tableArn),
    allow('BatchGetItem', studies.tableArn),
  ];
}
