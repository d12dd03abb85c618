import { CfnCondition, Fn } from 'aws-cdk-lib';
import { CfnPolicy, type IRole, Policy } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { keyUse } from '../key-use.ts';
import { type ImportTables, ledgerGrants } from '../service/ledger-grants.ts';
import type { TemplateStack } from './template-stack.ts';

/**
 * Asks whether the service may read the ledger, and lets its role where the answer is yes.
 * @returns what a setting is then: the value where it may, otherwise nothing
 */
export function importView(
  stack: TemplateStack,
  { role, key, tables, statusPage }: ImportViewProps,
): (value: string) => string {
  const shown = new CfnCondition(stack, 'ImportsAreShown', {
    expression: Fn.conditionEquals(
      stack.text('ShowImports', 'Whether the service may read the ledger, and show the import as metrics', {
        default: 'false',
        allowedValues: ['true', 'false'],
      }),
      'true',
    ),
  });
  const policy = new Policy(stack, 'ImportView', {
    roles: [role],
    statements: [...ledgerGrants(tables, statusPage), ...keyUse(key, ['dynamodb'])],
  });
  const resource = policy.node.defaultChild;
  if (!(resource instanceof CfnPolicy)) throw new Error('the policy has no CloudFormation resource');
  resource.cfnOptions.condition = shown;
  return (value) => Fn.conditionIf(shown.logicalId, value, '').toString();
}

interface ImportViewProps {
  readonly role: IRole;
  readonly key: IKey | undefined;
  readonly tables: ImportTables;
  /** Whether the status page is to show it, too. */
  readonly statusPage: boolean;
}
