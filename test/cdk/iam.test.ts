import { describe, expect, it } from 'vitest';
import { allowedActions, withoutResources } from './support/allowed-actions.ts';
import { grantsOf } from './support/policies.ts';
import { resourcesOf, synthesize, variantNames } from './support/variants.ts';

describe.each(variantNames)('the roles of %s', (name) => {
  const grants = grantsOf(name);

  it('have no action that is not allowed to them', () => {
    const unknown = grants.filter(({ role, action }) => {
      const allowed = allowedActions.find((entry) => entry.role.test(role));
      return allowed === undefined || !(action in allowed.actions);
    });
    expect(unknown.map(({ role, action }) => `${role} ${action}`)).toEqual([]);
  });

  it('have no wildcard for an action, and one for a resource only where nothing narrower exists', () => {
    expect(grants.filter(({ action }) => action.includes('*'))).toEqual([]);
    const wide = grants.filter(
      ({ action, resource }) => resource === '*' && !withoutResources.some((allowed) => allowed.test(action)),
    );
    expect(wide).toEqual([]);
  });

  it('have no managed policy and no policy that is not listed', () => {
    for (const [id, { Properties }] of resourcesOf(name, 'AWS::IAM::Role')) {
      expect(Properties, id).not.toHaveProperty('ManagedPolicyArns');
      expect(Properties, id).not.toHaveProperty('Policies');
    }
  });

  it('are taken by services of this account, for what they are made for', () => {
    for (const [id, { Properties }] of resourcesOf(name, 'AWS::IAM::Role')) {
      const trust = JSON.stringify(Properties?.AssumeRolePolicyDocument);
      expect(trust, id).not.toContain('"AWS"');
      expect(trust, id).not.toContain('"*"');
      if (/DataAccess|Task(?:Execution)?Role|Workload/.test(id)) {
        expect(trust, id).toMatch(/aws:SourceAccount|:sub"/);
      }
    }
  });

  it('hand the data access role to HealthImaging alone, and any other to nobody but its own service', () => {
    const passing = grants.filter(({ action }) => action === 'iam:PassRole');
    // Whoever queues a batch may start its job at once; the dispatcher starts the others.
    expect(passing.map(({ role }) => /Functions(\w+?)role/.exec(role)?.[1]).sort()).toEqual([
      'dispatch',
      'startimport',
    ]);
    for (const { resource, conditions } of passing) {
      expect(resource).toMatch(/^<\w*DataAccess\w*\.Arn>$/);
      expect(conditions).toEqual({ StringEquals: { 'iam:PassedToService': 'medical-imaging.amazonaws.com' } });
    }
  });

  it('use the key only by way of the services that keep the data', () => {
    for (const { action, conditions, role } of grants.filter(({ action: one }) => one.startsWith('kms:'))) {
      expect(JSON.stringify(conditions), `${role} ${action}`).toContain('kms:ViaService');
    }
  });

  it('are all there are: nobody has a password or an access key', () => {
    const types = new Set(Object.values(synthesize(name).resources).map(({ Type }) => Type));
    for (const type of [
      'AWS::IAM::User',
      'AWS::IAM::AccessKey',
      'AWS::SecretsManager::Secret',
      'AWS::SSM::Parameter',
    ]) {
      expect(types).not.toContain(type);
    }
  });
});

describe('the list of allowed actions', () => {
  it('has nothing that no template makes use of', () => {
    const granted = variantNames.flatMap((name) => grantsOf(name));
    const unused = allowedActions.flatMap(({ role, actions }) =>
      Object.keys(actions)
        .filter((action) => !granted.some((grant) => role.test(grant.role) && grant.action === action))
        .map((action) => `${role} ${action}`),
    );
    expect(unused).toEqual([]);
  });
});
