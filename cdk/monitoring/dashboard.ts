import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type HorizontalAnnotation,
  type IMetric,
  type IWidget,
  MathExpression,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { PipelineFunctionName } from '../../core/pipeline-functions.ts';
import type { PipelineMetricName } from '../../core/pipeline-metrics.ts';
import type { ImportPipeline } from '../pipeline/import-pipeline.ts';
import type { FargateScp } from '../service/fargate-scp.ts';
import { metricsNamespace } from './metrics-namespace.ts';
import { ending, OLDEST_SECONDS } from './pipeline-alarms.ts';
import { pipelineMetric } from './pipeline-metric.ts';

export interface ScpDashboardProps {
  readonly pipeline: ImportPipeline;
  /** @default - the service runs elsewhere, and has dashboards there */
  readonly scp?: FargateScp;
  readonly alarms: readonly Alarm[];
}

const period = Duration.minutes(5);
const WIDTH = 24;

/** One page of CloudWatch for those who have no Grafana: what comes in, what is imported, what waits, what is wrong. */
export class ScpDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, { pipeline, scp, alarms }: ScpDashboardProps) {
    super(scope, id);
    this.dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.hours(6) });
    this.dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: WIDTH }));
    if (scp !== undefined) this.dashboard.addWidgets(...reception(scp));
    this.dashboard.addWidgets(...imports(pipeline));
    this.dashboard.addWidgets(...outcomes(this));
    this.dashboard.addWidgets(...unfinished(this, pipeline));
  }
}

const graph = (
  title: string,
  left: readonly IMetric[],
  right: readonly IMetric[] = [],
  leftAnnotations: readonly HorizontalAnnotation[] = [],
): IWidget =>
  new GraphWidget({
    title,
    left: [...left],
    right: [...right],
    width: WIDTH / 3,
    height: 6,
    ...(leftAnnotations.length === 0 ? {} : { leftAnnotations: [...leftAnnotations] }),
  });

const reception = ({ frontDoor, service }: FargateScp): readonly IWidget[] => [
  graph('Associations', [
    frontDoor.loadBalancer.metrics.activeFlowCount({ period, label: 'open' }),
    frontDoor.loadBalancer.metrics.newFlowCount({ period, label: 'new' }),
  ]),
  graph('Bytes received', [frontDoor.loadBalancer.metrics.processedBytes({ period })]),
  graph(
    'Tasks',
    [service.metricCpuUtilization({ period }), service.metricMemoryUtilization({ period })],
    [frontDoor.targetGroup.metrics.healthyHostCount({ period, label: 'healthy' })],
  ),
];

/** What the functions tell of what they did. */
function outcomes(scope: Construct): readonly IWidget[] {
  const metric = (name: PipelineMetricName, service: PipelineFunctionName, statistic: string, label?: string) =>
    pipelineMetric(scope, name, service, statistic, period, label);
  const ended = (name: PipelineMetricName, label: string) =>
    new MathExpression({
      expression: 'SUM(METRICS())',
      usingMetrics: Object.fromEntries(
        ending.map((service, index) => [`m${index}`, metric(name, service, 'Sum', service)]),
      ),
      period,
      label,
    });
  return [
    graph('Instances', [
      metric('InstancesImported', 'reconcile', 'Sum', 'imported'),
      metric('InstancesWarned', 'reconcile', 'Sum', 'imported with warnings'),
      ended('InstancesFailed', 'failed'),
      metric('InstancesUnaccounted', 'reconcile', 'Sum', 'unaccounted for'),
    ]),
    graph('Not imported, by reason', [
      new MathExpression({
        expression: `SEARCH('{"${metricsNamespace(scope)}",reason,service} MetricName="InstancesNotImported"', 'Sum', ${period.toSeconds()})`,
        usingMetrics: {},
        period,
        // CloudWatch names each series by what tells it from the others.
        label: '',
      }),
    ]),
    graph('Age of batches', [metric('BatchAge', 'reconcile', 'p50'), metric('BatchAge', 'reconcile', 'p95')]),
    graph('Instances by STOW-RS', [
      metric('InstancesImported', 'store-instances', 'Sum', 'imported'),
      metric('InstancesLeftToJobs', 'store-instances', 'Sum', 'left to jobs'),
    ]),
  ];
}

/** What has not ended, as the sweeper finds it. */
function unfinished(scope: Construct, { concurrentJobs }: ImportPipeline): readonly IWidget[] {
  const metric = (name: PipelineMetricName, service: PipelineFunctionName, statistic: string, label: string) =>
    pipelineMetric(scope, name, service, statistic, period, label);
  return [
    graph(
      'Oldest batch that has not ended',
      [metric('OldestUnreconciledAge', 'sweep', 'Maximum', 'seconds since its seal')],
      [],
      [{ value: OLDEST_SECONDS, label: 'ImportsLate' }],
    ),
    graph(
      'Batches that have not ended',
      [
        metric('BatchesWaiting', 'sweep', 'Maximum', 'waiting for a job'),
        metric('BatchesImporting', 'sweep', 'Maximum', 'importing'),
      ],
      [],
      [{ value: concurrentJobs, label: 'quota of jobs' }],
    ),
    graph('Waits for quota', [
      metric('ImportQuotaWaits', 'start-import', 'Sum', 'by batches that come'),
      metric('ImportQuotaWaits', 'dispatch', 'Sum', 'by the dispatcher'),
    ]),
  ];
}

const imports = ({ stateMachine, queues, deadLetters }: ImportPipeline): readonly IWidget[] => [
  graph('Batches', [
    stateMachine.metricStarted({ period }),
    stateMachine.metricSucceeded({ period }),
    stateMachine.metricFailed({ period }),
  ]),
  graph('From seal to arrival', [
    stateMachine.metricTime({ period, statistic: 'p50', label: 'half' }),
    stateMachine.metricTime({ period, statistic: 'p95', label: '95 of 100' }),
  ]),
  graph(
    'Events',
    Object.values(queues).map((queue) => queue.metricApproximateNumberOfMessagesVisible({ period })),
    Object.values(deadLetters).map((queue) => queue.metricApproximateNumberOfMessagesVisible({ period })),
  ),
];
