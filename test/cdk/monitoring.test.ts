import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pipelineMetrics } from '../../core/pipeline-metrics.ts';
import { statementsOf, text } from './support/policies.ts';
import { resourcesOf, type Variant } from './support/variants.ts';

const runbook = readFileSync(join(import.meta.dirname, '../../docs/deploy-aws.md'), 'utf8');
const headings = [...runbook.matchAll(/^#{2,4} (\w+)$/gm)].map(([, heading = '']) => heading.toLowerCase());

const alarmsOf = (name: Variant) => resourcesOf(name, 'AWS::CloudWatch::Alarm');

describe.each(['standard', 'eks-pod-identity'] as const)('each alarm of %s', (name) => {
  it('has a runbook that is there', () => {
    expect(alarmsOf(name).length).toBeGreaterThan(5);
    for (const [id, { Properties }] of alarmsOf(name)) {
      const anchor = /Runbook: docs\/deploy-aws\.md#(\w+)$/.exec(String(Properties?.AlarmDescription))?.[1];
      expect(headings, id).toContain(anchor);
    }
  });

  it('tells the topic, when it goes off and when it is over', () => {
    for (const [id, { Properties }] of alarmsOf(name)) {
      expect(JSON.stringify(Properties?.AlarmActions), id).toContain('NoticesTopic');
      expect(JSON.stringify(Properties?.OKActions), id).toContain('NoticesTopic');
    }
  });
});

/** Whom the policies of a topic let publish. */
const allowedBy = (topic: string): readonly unknown[] => {
  const policies = resourcesOf('standard', 'AWS::SNS::TopicPolicy').filter(([, { Properties }]) =>
    JSON.stringify(Properties?.Topics).includes(topic),
  );
  expect(policies, topic).toHaveLength(1);
  return policies
    .flatMap(([, { Properties }]) => statementsOf(Properties?.PolicyDocument))
    .filter(({ Effect }) => Effect === 'Allow')
    .map(({ Principal }) => Principal);
};

describe('the topic of notices', () => {
  it('takes what alarms and rules of this account publish, and nothing of others', () => {
    expect(new Set(allowedBy('NoticesTopic'))).toEqual(
      new Set([{ Service: 'cloudwatch.amazonaws.com' }, { Service: 'events.amazonaws.com' }]),
    );
  });
});

describe('the topic of studies', () => {
  it('lets nobody publish but roles of this account that are granted it', () => {
    expect(allowedBy('StudyTopic')).toEqual([]);
  });
});

describe('every queue of dead letters', () => {
  it('is watched', () => {
    const [alarm] = alarmsOf('standard').filter(([id]) => id.includes('DeadLetters'));
    const watched = JSON.stringify(alarm?.[1].Properties?.Metrics);
    const letters = resourcesOf('standard', 'AWS::SQS::Queue').filter(([id]) => /DeadLetters|Undelivered/.test(id));
    expect(letters).toHaveLength(3);
    for (const [id] of letters) expect(watched).toContain(id);
  });
});

describe('the metrics of the functions', () => {
  const [[, dashboard] = []] = resourcesOf('standard', 'AWS::CloudWatch::Dashboard');
  const body = text(dashboard?.Properties?.DashboardBody);
  const names = Object.keys(pipelineMetrics);
  const [[, reconcile] = []] = resourcesOf('standard', 'AWS::Lambda::Function').filter(([id]) =>
    id.includes('Functionsreconcile'),
  );
  const namespace = /"POWERTOOLS_METRICS_NAMESPACE":"([^"]+)"/.exec(JSON.stringify(reconcile?.Properties))?.[1] ?? '?';

  it('are all on the dashboard, in the namespace that the functions are told, or are said elsewhere', () => {
    const elsewhere = ['BatchesFailed', 'MessagesNotHandled'];
    const onDashboard = names.filter((name) => body.includes(`"${name}"`) || body.includes(`MetricName=\\"${name}\\"`));
    expect([...onDashboard, ...elsewhere].sort()).toEqual(names.toSorted());
    expect(body).toContain(`["${namespace}","OldestUnreconciledAge","service","sweep"`);
    expect(body).toContain(
      `SEARCH('{\\"${namespace}\\",reason,service} MetricName=\\"InstancesNotImported\\"', 'Sum', 300)`,
    );
  });

  it('are what alarms ask for, by names and functions that there are', () => {
    const asked = alarmsOf('standard').flatMap(([, { Properties }]) =>
      [
        ...JSON.stringify(Properties).matchAll(
          /"Dimensions":\[\{"Name":"service","Value":"([a-z-]+)"\}\],"MetricName":"(\w+)"/g,
        ),
      ].map(([, service, name]) => `${service} ${name}`),
    );
    expect(new Set(asked)).toEqual(
      new Set([
        'reconcile BatchesFailed',
        'mark-failed BatchesFailed',
        'sweep BatchesFailed',
        'reconcile InstancesFailed',
        'reconcile InstancesUnaccounted',
        'sweep OldestUnreconciledAge',
        'sweep BatchesImporting',
      ]),
    );
    for (const one of asked) expect(names).toContain(one.split(' ')[1]);
  });
});

describe('the service', () => {
  it('scales by associations and bytes per task', () => {
    const policies = resourcesOf('standard', 'AWS::ApplicationAutoScaling::ScalingPolicy');
    const metrics = policies.map(([, { Properties }]) => JSON.stringify(Properties));
    expect(metrics.map((text) => /"MetricName":"(Associations|ProcessedBytes)"/.exec(text)?.[1]).sort()).toEqual([
      'Associations',
      'ProcessedBytes',
    ]);
    const of = (name: string) => metrics.find((text) => text.includes(`"MetricName":"${name}"`));
    expect(of('ProcessedBytes')).toContain('RunningTaskCount');
    // Each task tells of itself, in the namespace that its environment says.
    expect(of('Associations')).toContain('"Statistic":"Average"');
    const [, namespace] = /"Namespace":("DicomStoreScp[^"]*"|\{[^}]*\})/.exec(of('Associations') ?? '') ?? [];
    const [[, task] = []] = resourcesOf('standard', 'AWS::ECS::TaskDefinition');
    expect(namespace).toBeDefined();
    expect(JSON.stringify(task)).toContain(`"Name":"SCP_CLOUDWATCH_NAMESPACE","Value":${namespace}`);
  });
});
