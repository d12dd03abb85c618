import { Duration } from 'aws-cdk-lib';
import type { IWorkspaceRef } from 'aws-cdk-lib/aws-aps';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IVpc, Peer, Port, SecurityGroup, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import {
  Cluster,
  type ContainerImage,
  ContainerInsights,
  type CpuArchitecture,
  FargateService,
  type ICluster,
} from 'aws-cdk-lib/aws-ecs';
import type { IDatastoreRef } from 'aws-cdk-lib/aws-healthimaging';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { LogSettings } from '../log-group.ts';
import { metricsNamespace } from '../monitoring/metrics-namespace.ts';
import { Collector, collectorMemoryMiB } from './collector.ts';
import { ledgerGrants } from './ledger-grants.ts';
import { ScpLoadBalancer, type ScpLoadBalancerProps } from './scp-load-balancer.ts';
import { ScpScaling } from './scp-scaling.ts';
import { ScpTask } from './scp-task.ts';
import { offersCommitment, type ServiceSettings, serviceEnvironment } from './service-config.ts';
import { serviceGrants } from './service-grants.ts';

export interface FargateScpProps {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly image: ContainerImage;
  readonly architecture: CpuArchitecture;
  readonly settings: ServiceSettings;
  readonly uncheckedEnvironment: Readonly<Record<string, string>>;
  readonly landing: IBucket;
  readonly datastore: IDatastoreRef;
  readonly ledger: Readonly<Record<'commitments' | 'batches' | 'instances' | 'studies', Table>>;
  /** Whether the service reads the ledger and shows the import. */
  readonly showImports: boolean;
  /** Where spans go by OTLP, unless a collector takes them. */
  readonly otlpEndpoint?: string;
  readonly reportTo: readonly ReportAddress[];
  readonly frontDoor: Omit<ScpLoadBalancerProps, 'vpc'>;
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly associationsPerTask: number;
  readonly bytesPerMinutePerTask: number;
  readonly logs: LogSettings;
  readonly encryptionKey?: IKey;
  readonly collector?: { readonly image: ContainerImage; readonly workspace: IWorkspaceRef };
}

/** Where peers take reports of storage commitment. */
export interface ReportAddress {
  readonly cidr: string;
  readonly port: number;
}

const COLLECTOR = 'http://127.0.0.1:4318';

/** Spans of one association in ten: one may be a hundred spans. */
const tracingTo = (endpoint: string | undefined): Readonly<Record<string, string>> =>
  endpoint === undefined
    ? {}
    : {
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        OTEL_TRACES_SAMPLER: 'traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.1',
      };

/** The service on Fargate, behind its load balancer. */
export class FargateScp extends Construct {
  readonly cluster: ICluster;
  readonly service: FargateService;
  readonly securityGroup: SecurityGroup;
  readonly frontDoor: ScpLoadBalancer;
  readonly logs: LogGroup;

  constructor(scope: Construct, id: string, props: FargateScpProps) {
    super(scope, id);
    const { vpc, subnets, logs, landing, datastore, ledger, encryptionKey, collector, frontDoor } = props;
    const cluster = new Cluster(this, 'Cluster', { vpc, containerInsightsV2: ContainerInsights.ENABLED });
    this.cluster = cluster as ICluster;
    const task = new ScpTask(this, 'Task', {
      image: props.image,
      architecture: props.architecture,
      environment: {
        ...serviceEnvironment(props.settings, {
          bucket: landing.bucketName,
          datastoreId: datastore.datastoreRef.datastoreId,
          commitmentsTable: ledger.commitments.tableName,
          ledgerInstancesTable: ledger.instances.tableName,
          ...(props.showImports
            ? {
                shownTables: {
                  ledgerBatchesTable: ledger.batches.tableName,
                  ledgerStudiesTable: ledger.studies.tableName,
                },
              }
            : {}),
          cloudwatchNamespace: metricsNamespace(this),
          ...(frontDoor.clientAddress === 'proxy-protocol' ? { proxyProtocolFrom: [vpc.vpcCidrBlock] } : {}),
        }),
        ...tracingTo(collector === undefined ? props.otlpEndpoint : COLLECTOR),
        ...props.uncheckedEnvironment,
      },
      grants: serviceGrants(
        landing,
        encryptionKey,
        offersCommitment(props.settings) ? ledger : undefined,
        props.showImports ? ledgerGrants(ledger, props.settings.statusPage === true) : [],
      ),
      logs,
      sidecarMemoryMiB: collector === undefined ? 0 : 2 * collectorMemoryMiB,
    });
    this.logs = task.logs;
    // So that a task is not taken away while associations live.
    cluster.grants.taskProtection(task.taskDefinition.taskRole);
    if (collector !== undefined) new Collector(this, 'Collector', { task, logs, ...collector });

    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Tasks of the DICOM Store SCP',
      allowAllOutbound: false,
    });
    // Where the VPC has no way to the internet, this leads to its endpoints and nowhere else.
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'HTTPS to AWS services');
    for (const { cidr, port } of props.reportTo) {
      const peer = cidr.includes(':') ? Peer.ipv6(cidr) : Peer.ipv4(cidr);
      this.securityGroup.addEgressRule(peer, Port.tcp(port), 'Reports of storage commitment');
    }

    this.frontDoor = new ScpLoadBalancer(this, 'FrontDoor', { vpc, ...frontDoor });
    this.frontDoor.connectTo(this.securityGroup);
    this.service = new FargateService(this, 'Service', {
      cluster: this.cluster,
      taskDefinition: task.taskDefinition,
      vpcSubnets: subnets,
      securityGroups: [this.securityGroup],
      assignPublicIp: false,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      healthCheckGracePeriod: Duration.seconds(60),
      enableExecuteCommand: false,
      enableECSManagedTags: true,
    });
    this.service.attachToNetworkTargetGroup(this.frontDoor.targetGroup);
    new ScpScaling(this, 'Scaling', {
      cluster: this.cluster,
      serviceName: this.service.serviceName,
      loadBalancer: this.frontDoor.loadBalancer,
      minTasks: props.minTasks,
      maxTasks: props.maxTasks,
      associationsPerTask: props.associationsPerTask,
      bytesPerMinutePerTask: props.bytesPerMinutePerTask,
    });
  }
}
