import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import type { NetworkLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';

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
 * Scales the service by what the load balancer sees, since reception is bound by connections and bytes and not by CPU:
 * every association is one flow. No agent and no metric of the service's own is needed.
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
    const track = (name: string, metric: string, statistic: string, perTask: number) =>
      new CfnScalingPolicy(this, name, {
        policyName: name,
        policyType: 'TargetTrackingScaling',
        scalingTargetId: target.ref,
        targetTrackingScalingPolicyConfiguration: {
          targetValue: perTask,
          scaleOutCooldown: SCALE_OUT_COOLDOWN_SECONDS,
          scaleInCooldown: SCALE_IN_COOLDOWN_SECONDS,
          customizedMetricSpecification: {
            metrics: [
              query('load', metric, 'AWS/NetworkELB', statistic, {
                LoadBalancer: props.loadBalancer.loadBalancerFullName,
              }),
              query('tasks', 'RunningTaskCount', 'ECS/ContainerInsights', 'Average', {
                ClusterName: props.cluster.clusterName,
                ServiceName: props.serviceName,
              }),
              { id: 'perTask', expression: 'FILL(load, 0) / FILL(tasks, REPEAT)', returnData: true },
            ],
          },
        },
      });
    track('Associations', 'ActiveFlowCount', 'Average', props.associationsPerTask);
    track('Bytes', 'ProcessedBytes', 'Sum', props.bytesPerMinutePerTask);
  }
}

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
