import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { customers } from '../../cdk/cost/customers.ts';
import { batched, billOf, perObject, startDays, sumOf } from '../../cdk/cost/model.ts';
import { costDocument } from '../../cdk/cost/render.ts';
import { renderDefinition } from '../../cdk/pipeline/render-definition.ts';
import { withSettings } from '../../cdk/settings-table/settings-table.ts';
import { importJobLimits } from '../../core/healthimaging.ts';

const docs = (name: string): string => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8');

describe('docs/cost.md', () => {
  it('is what the model says', () => {
    expect(docs('cost.md')).toBe(costDocument());
  });
});

describe('docs/deploy-aws.md', () => {
  it('has the settings that the app takes', () => {
    expect(docs('deploy-aws.md')).toBe(withSettings(docs('deploy-aws.md')));
  });
});

describe('the model', () => {
  it('counts the states that the state machine really goes through', () => {
    const { StartAt, States } = renderDefinition();
    expect(batched.states[0]).toBe(StartAt);
    for (const [index, name] of batched.states.slice(0, -1).entries()) {
      expect(JSON.stringify(States[name]), name).toContain(`"Next":"${batched.states[index + 1]}"`);
    }
    expect(States[batched.states.at(-1) ?? '']).toMatchObject({ Type: 'Succeed' });
  });

  it.each(customers)(
    'keeps the batches of a $name within what a job takes',
    ({ instancesPerBatch, bytesPerInstance }) => {
      expect(instancesPerBatch).toBeLessThanOrEqual(importJobLimits.maxFiles);
      expect(instancesPerBatch * bytesPerInstance).toBeLessThanOrEqual(importJobLimits.maxBytes);
    },
  );

  it('costs a larger customer less for each instance, and no customer more than a job an object would', () => {
    const each = customers.map((customer) => sumOf(billOf(customer, batched)) / customer.instancesPerMonth);
    expect(each).toEqual([...each].sort((a, b) => b - a));
    for (const customer of customers) {
      expect(sumOf(billOf(customer, batched))).toBeLessThan(sumOf(billOf(customer, perObject)));
    }
  });

  it('says when a job an object cannot keep up with its quota', () => {
    const [, hospital] = customers;
    if (hospital === undefined) throw new Error('no hospital');
    expect(startDays(hospital, perObject)).toBeGreaterThan(30);
    expect(startDays(hospital, batched)).toBeLessThan(1);
  });
});
