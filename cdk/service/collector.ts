import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import type { IWorkspaceRef } from 'aws-cdk-lib/aws-aps';
import { type ContainerImage, LogDriver } from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { deployment } from '../../core/deployment.ts';
import { type LogSettings, logGroup } from '../log-group.ts';
import type { ScpTask } from './scp-task.ts';

export interface CollectorProps {
  readonly task: ScpTask;
  /** AWS Distro for OpenTelemetry. A VPC without internet pulls from Amazon ECR only. */
  readonly image: ContainerImage;
  /** The Amazon Managed Service for Prometheus workspace that metrics go to. */
  readonly workspace: IWorkspaceRef;
  readonly logs: LogSettings;
}

/** What the collector may take of the task's memory, in MiB. */
export const collectorMemoryMiB = 512;

/**
 * The AWS Distro for OpenTelemetry beside the service: metrics from its admin port to Amazon Managed Service for
 * Prometheus, spans that it is sent on loopback to AWS X-Ray. The service runs on when the collector does not.
 */
export class Collector extends Construct {
  constructor(scope: Construct, id: string, { task, image, workspace, logs }: CollectorProps) {
    super(scope, id);
    const { workspaceArn } = workspace.workspaceRef;
    const workspaceId = Stack.of(this).splitArn(workspaceArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName ?? '';
    task.taskDefinition.addContainer('collector', {
      image,
      essential: false,
      memoryLimitMiB: collectorMemoryMiB,
      readonlyRootFilesystem: true,
      environment: { AOT_CONFIG_CONTENT: JSON.stringify(collectorConfig(workspaceId)) },
      logging: LogDriver.awsLogs({ streamPrefix: 'collector', logGroup: logGroup(this, 'Logs', logs) }),
    });
    const grants = [
      new PolicyStatement({ actions: ['aps:RemoteWrite'], resources: [workspaceArn] }),
      // X-Ray has no resources to name.
      new PolicyStatement({ actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], resources: ['*'] }),
    ];
    for (const grant of grants) task.taskDefinition.addToTaskRolePolicy(grant);
  }
}

/** The collector's configuration; it reads YAML, of which JSON is a part. */
function collectorConfig(workspaceId: string): object {
  const { ports, metricsPath, name } = deployment;
  return {
    extensions: { sigv4auth: { region: Aws.REGION, service: 'aps' } },
    receivers: {
      prometheus: {
        config: {
          scrape_configs: [
            {
              job_name: name,
              scrape_interval: '30s',
              metrics_path: metricsPath,
              static_configs: [{ targets: [`127.0.0.1:${ports.admin.port}`] }],
            },
          ],
        },
      },
      otlp: { protocols: { http: { endpoint: '127.0.0.1:4318' } } },
    },
    processors: {
      memory_limiter: { check_interval: '1s', limit_mib: (collectorMemoryMiB * 3) / 4 },
      resourcedetection: { detectors: ['ecs'] },
      batch: {},
    },
    exporters: {
      prometheusremotewrite: {
        endpoint: `https://aps-workspaces.${Aws.REGION}.${Aws.URL_SUFFIX}/workspaces/${workspaceId}/api/v1/remote_write`,
        auth: { authenticator: 'sigv4auth' },
        resource_to_telemetry_conversion: { enabled: true },
      },
      awsxray: { region: Aws.REGION },
    },
    service: {
      extensions: ['sigv4auth'],
      pipelines: {
        metrics: {
          receivers: ['prometheus'],
          processors: ['memory_limiter', 'resourcedetection', 'batch'],
          exporters: ['prometheusremotewrite'],
        },
        traces: {
          receivers: ['otlp'],
          processors: ['memory_limiter', 'resourcedetection', 'batch'],
          exporters: ['awsxray'],
        },
      },
    },
  };
}
