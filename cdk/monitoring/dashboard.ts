import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { PipelineFunctionName } from '../../core/pipeline-functions.ts';
import type { PipelineMetricName } from '../../core/pipeline-metrics.ts';
import type { ImportPipeline } from '../pipeline/import-pipeline.ts';
import type { FargateScp } from '../service/fargate-scp.ts';
import { metricsNamespace } from './metrics-namespace.ts';

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
    this.dashboard.addWidgets(...imports(pipeline), ...outcomes(this));
  }
}

const graph = (title: string, left: readonly IMetric[], right: readonly IMetric[] = []): IWidget =>
  new GraphWidget({ title, left: [...left], right: [...right], width: WIDTH / 3, height: 6 });

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
  const metric = (metricName: PipelineMetricName, service: PipelineFunctionName, statistic: string) =>
    new Metric({
      namespace: metricsNamespace(scope),
      metricName,
      dimensionsMap: { service },
      statistic,
      period,
      label: metricName,
    });
  const instances = ['InstancesImported', 'InstancesWarned', 'InstancesFailed', 'InstancesUnaccounted'] as const;
  return [
    graph(
      'Instances',
      instances.map((name) => metric(name, 'reconcile', 'Sum')),
    ),
    graph('Age of batches', [metric('BatchAge', 'reconcile', 'p50'), metric('BatchAge', 'reconcile', 'p95')]),
    graph('Instances by STOW-RS', [
      metric('InstancesImported', 'store-instances', 'Sum'),
      metric('InstancesLeftToJobs', 'store-instances', 'Sum'),
    ]),
    graph('Waits for quota', [metric('ImportQuotaWaits', 'start-import', 'Sum')]),
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
