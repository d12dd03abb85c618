import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { FargateScp } from '../service/fargate-scp.ts';
import type { AlarmSpec } from './alarm-set.ts';
import { logCount } from './log-count.ts';

const period = Duration.minutes(1);

/** Rejections for want of capacity are another matter: AtMostTasks. */
const rejectedByRules =
  '{ $.event = "association-rejected" && $.reason != "temporary-congestion" && $.reason != "local-limit-exceeded" }';

/** What can go wrong between a peer and the landing bucket. */
export function serviceAlarms(scope: Construct, scp: FargateScp, maxTasks: number): readonly AlarmSpec[] {
  const { cluster, service, frontDoor, logs } = scp;
  return [
    {
      id: 'NoHealthyTarget',
      meaning: 'No task takes associations.',
      metric: frontDoor.targetGroup.metrics.healthyHostCount({ statistic: 'Maximum', period }),
      threshold: 1,
      when: '<',
      periods: 3,
      missingIsBad: true,
    },
    {
      id: 'InstancesRefused',
      meaning: 'Instances were refused, for want of S3 or by fault of a peer; peers keep what was refused.',
      metric: logCount(scope, 'InstancesRefused', logs, '{ $.event = "instance-refused" }'),
      threshold: 10,
    },
    {
      id: 'ImportDoubtful',
      meaning: 'Instances were stored that HealthImaging will not import.',
      metric: logCount(scope, 'ImportDoubtful', logs, '{ $.event = "import-doubtful" && $.severity = "fails" }'),
      threshold: 1,
    },
    {
      id: 'AssociationsRejected',
      meaning: 'Associations are rejected by the rules: a title, an address or a peer that is not listed.',
      metric: logCount(scope, 'AssociationsRejected', logs, rejectedByRules),
      threshold: 10,
    },
    {
      id: 'ReloadFailing',
      meaning: 'A changed file of peers or of TLS cannot be used.',
      metric: logCount(scope, 'ReloadFailing', logs, '{ $.event = "reload-failed" }'),
      threshold: 1,
    },
    {
      id: 'SealsFailing',
      meaning: 'Batches cannot be sealed or their leases not be renewed: S3 does not answer the service.',
      metric: logCount(scope, 'SealsFailing', logs, '{ $.event = "seal-failed" || $.event = "lease-renewal-failed" }'),
      threshold: 3,
    },
    {
      id: 'ServiceBugs',
      meaning: 'The service met an error that it does not know.',
      metric: logCount(scope, 'ServiceBugs', logs, '{ $.event = "bug" }'),
      threshold: 1,
    },
    {
      id: 'AtMostTasks',
      meaning: 'The service runs as many tasks as it may, and has for half an hour.',
      metric: new Metric({
        namespace: 'ECS/ContainerInsights',
        metricName: 'RunningTaskCount',
        statistic: 'Average',
        period: Duration.minutes(5),
        dimensionsMap: { ClusterName: cluster.clusterName, ServiceName: service.serviceName },
      }),
      threshold: maxTasks,
      periods: 6,
    },
  ];
}
