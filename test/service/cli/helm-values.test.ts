import { describe, expect, it } from 'vitest';
import { HelmValuesError, helmValues } from '../../../service/cli/helm-values.ts';

const stack = {
  LandingBucket: 'landing',
  DatastoreId: '0'.repeat(32),
  WorkloadRoleArn: 'arn:aws:iam::111122223333:role/scp',
};
const settings = { bucket: 'landing', datastoreId: '0'.repeat(32) };

describe('values of the chart from the outputs of a stack', () => {
  it('are bucket and data store; Pod Identity needs no more', () => {
    expect(helmValues({ Other: { Url: 'x' }, Scp: stack })).toEqual({ settings });
  });

  it('have the role for IRSA, and the region where it is given', () => {
    expect(helmValues({ Scp: stack }, { irsa: true, region: 'eu-central-1' })).toEqual({
      settings,
      aws: { region: 'eu-central-1' },
      serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': stack.WorkloadRoleArn } },
    });
  });

  it('have the tables of the ledger where the import is to be shown', () => {
    const tables = { BatchesTable: 'b', InstancesTable: 'i', StudiesTable: 's' };
    expect(helmValues({ Scp: { ...stack, ...tables } }).settings).toEqual(settings);
    expect(helmValues({ Scp: { ...stack, ...tables } }, { showImports: true }).settings).toEqual({
      ...settings,
      ...{ ledgerBatchesTable: 'b', ledgerInstancesTable: 'i', ledgerStudiesTable: 's' },
    });
  });

  it('are of the stack that is named, where there are several', () => {
    expect(() => helmValues({ A: stack, B: stack })).toThrow('A, B');
    expect(helmValues({ A: stack, B: { ...stack, LandingBucket: 'b' } }, { stack: 'B' }).settings.bucket).toBe('b');
  });

  it.each([
    ['no outputs', null, {}],
    ['no such stack', { A: stack }, { stack: 'B' }],
    ['no bucket', { A: { DatastoreId: 'x' } }, { stack: 'A' }],
    ['no tables to show', { A: stack }, { showImports: true }],
    ['no role for IRSA', { A: { ...stack, WorkloadRoleArn: '' } }, { irsa: true }],
  ])('are refused with %s', (_, outputs, options) => {
    expect(() => helmValues(outputs, options)).toThrow(HelmValuesError);
  });
});
