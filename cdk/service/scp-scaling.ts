import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import type { NetworkLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { deployment } from '../../core/deployment.ts';
import type { ServiceMetricName } from '../../core/service-metrics.ts';
import { metricsNamespace } from '../monitoring/metrics-namespace.ts';

export interface ScpScalingProps {
  readonly cluster: ICluster;
  readonly serviceName: string;
  readonly loadBalancer: NetworkLoadBalancer;
  readonly minTasks: number;
  readonly maxTasks: number;
  /** How many associations a task should have on average. */
  readonly associationsPerTask: number;
  /** How many bytes a minute a task should receive on average. */
  readonly bytesPerMinutePerTask: number;
}

const SCALE_OUT_COOLDOWN_SECONDS = 60;
/** Tasks go slowly: each that goes must first see its associations end. */
const SCALE_IN_COOLDOWN_SECONDS = 900;

/**
 * Scales the service by associations and bytes, since reception is bound by them and not by CPU. Associations each task
 * counts itself: a flow of the load balancer may be a health check, a scan, or a peer that was rejected. Bytes the load
 * balancer counts, for all tasks together.
 */
export class ScpScaling extends Construct {
  constructor(scope: Construct, id: string, props: ScpScalingProps) {
    super(scope, id);
    const target = new CfnScalableTarget(this, 'Tasks', {
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: `service/${props.cluster.clusterName}/${props.serviceName}`,
      minCapacity: props.minTasks,
      maxCapacity: props.maxTasks,
    });
    const track = (name: string, perTask: number, customizedMetricSpecification: CustomizedMetric) =>
      new CfnScalingPolicy(this, name, {
        policyName: name,
        policyType: 'TargetTrackingScaling',
        scalingTargetId: target.ref,
        targetTrackingScalingPolicyConfiguration: {
          targetValue: perTask,
          scaleOutCooldown: SCALE_OUT_COOLDOWN_SECONDS,
          scaleInCooldown: SCALE_IN_COOLDOWN_SECONDS,
          customizedMetricSpecification,
        },
      });
    const associations: ServiceMetricName = 'Associations';
    track('Associations', props.associationsPerTask, {
      namespace: metricsNamespace(this),
      metricName: associations,
      // Every task tells of itself: the average over all of them is the load of one.
      statistic: 'Average',
      dimensions: [{ name: 'service', value: deployment.name }],
    });
    track('Bytes', props.bytesPerMinutePerTask, {
      metrics: [
        query('load', 'ProcessedBytes', 'AWS/NetworkELB', 'Sum', {
          LoadBalancer: props.loadBalancer.loadBalancerFullName,
        }),
        query('tasks', 'RunningTaskCount', 'ECS/ContainerInsights', 'Average', {
          ClusterName: props.cluster.clusterName,
          ServiceName: props.serviceName,
        }),
        { id: 'perTask', expression: 'FILL(load, 0) / FILL(tasks, REPEAT)', returnData: true },
      ],
    });
  }
}

type CustomizedMetric = CfnScalingPolicy.CustomizedMetricSpecificationProperty;

const query = (
  id: string,
  metricName: string,
  namespace: string,
  stat: string,
  dimensions: Readonly<Record<string, string>>,
) => ({
  id,
  returnData: false,
  metricStat: {
    stat,
    metric: {
      namespace,
      metricName,
      dimensions: Object.entries(dimensions).map(([name, value]) => ({ name, value })),
    },
  },
});
