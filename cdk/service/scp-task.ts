import { Aws, Duration, Size } from 'aws-cdk-lib';
import {
  AwsLogDriverMode,
  Capability,
  type ContainerImage,
  type CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  LogDriver,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { deployment } from '../../core/deployment.ts';
import { type LogSettings, logGroup } from '../log-group.ts';

export interface ScpTaskProps {
  readonly image: ContainerImage;
  readonly architecture: CpuArchitecture;
  readonly environment: Readonly<Record<string, string>>;
  readonly grants: readonly PolicyStatement[];
  readonly logs: LogSettings;
  /** Memory for a second container in the task, in MiB. */
  readonly sidecarMemoryMiB: number;
}

/** The user of the image; none of its files belong to it. */
const USER = '1000:1000';
const LOG_BUFFER = Size.mebibytes(25);

/** The task of the service: one container without privileges, whose file system cannot be written to. */
export class ScpTask extends Construct {
  readonly taskDefinition: FargateTaskDefinition;
  readonly logs: LogGroup;

  constructor(scope: Construct, id: string, props: ScpTaskProps) {
    super(scope, id);
    const { image, architecture, environment, logs, sidecarMemoryMiB } = props;
    const { name, ports, resources, drain } = deployment;
    const taskRole = new Role(this, 'Role', {
      description: 'The DICOM Store SCP',
      assumedBy: tasksOfThisAccount(),
    });
    for (const statement of props.grants) taskRole.addToPolicy(statement);
    this.taskDefinition = new FargateTaskDefinition(this, 'Task', {
      cpu: (resources.cpuMillis * 1_024) / 1_000,
      memoryLimitMiB: resources.memoryMiB + sidecarMemoryMiB,
      runtimePlatform: { cpuArchitecture: architecture, operatingSystemFamily: OperatingSystemFamily.LINUX },
      taskRole,
      executionRole: new Role(this, 'ExecutionRole', {
        description: 'Pulls the image and writes the log of the DICOM Store SCP',
        assumedBy: tasksOfThisAccount(),
      }),
    });
    const linuxParameters = new LinuxParameters(this, 'Linux', { initProcessEnabled: true });
    linuxParameters.dropCapabilities(Capability.ALL);
    this.logs = logGroup(this, 'Logs', logs);
    this.taskDefinition.addContainer(name, {
      containerName: name,
      image,
      environment: { ...environment },
      essential: true,
      memoryLimitMiB: resources.memoryMiB,
      stopTimeout: Duration.seconds(drain.stopTimeoutSeconds),
      user: USER,
      readonlyRootFilesystem: true,
      privileged: false,
      linuxParameters,
      portMappings: [
        { name: ports.dicom.name, containerPort: ports.dicom.port },
        { name: ports.admin.name, containerPort: ports.admin.port },
      ],
      logging: LogDriver.awsLogs({
        streamPrefix: name,
        logGroup: this.logs,
        // Reception does not wait for the log.
        mode: AwsLogDriverMode.NON_BLOCKING,
        maxBufferSize: LOG_BUFFER,
      }),
    });
  }
}

/** ECS for tasks of this account, and no other account by way of it. */
const tasksOfThisAccount = (): ServicePrincipal =>
  new ServicePrincipal('ecs-tasks.amazonaws.com', {
    conditions: {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:ecs:${Aws.REGION}:${Aws.ACCOUNT_ID}:*` },
    },
  });
