import { Duration } from 'aws-cdk-lib';
import type { IWorkspaceRef } from 'aws-cdk-lib/aws-aps';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { type ContainerImage, CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import { SslPolicy } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { defaultRunbook, type KeepingProps, keepingOf, pipelineKeeping } from './keeping.ts';
import { AlarmSet } from './monitoring/alarm-set.ts';
import { ScpDashboard } from './monitoring/dashboard.ts';
import { pipelineAlarms } from './monitoring/pipeline-alarms.ts';
import { serviceAlarms } from './monitoring/service-alarms.ts';
import { Premises } from './network/premises.ts';
import { ImportPipeline } from './pipeline/import-pipeline.ts';
import { FargateScp, type ReportAddress } from './service/fargate-scp.ts';
import { requireSoundFrontDoor } from './service/front-door-rules.ts';
import type { ClientAddress } from './service/scp-load-balancer.ts';
import { configOf, type ServiceSettings } from './service/service-config.ts';

export interface DicomStoreScpProps extends KeepingProps {
  /** The service's image. A VPC without internet pulls from Amazon ECR only. */
  readonly image: ContainerImage;
  /**
   * What the image is built for.
   * @default CpuArchitecture.ARM64
   */
  readonly architecture?: CpuArchitecture;
  /** Networks that may send images, e.g. `10.1.0.0/16`. They are the load balancer's security group. */
  readonly clientCidrs: readonly string[];
  /**
   * Lets `0.0.0.0/0` and `::/0` be among the clients.
   * @default false
   */
  readonly dangerouslyAllowClientsFromAnywhere?: boolean;
  /**
   * Settings of the service, as in docs/configuration.md.
   * @default - the service's own defaults
   */
  readonly settings?: ServiceSettings;
  /**
   * Variables of the service whose values are known at deployment only. They are not checked at synthesis; the service
   * checks them when it starts.
   * @default - none
   */
  readonly uncheckedEnvironment?: Readonly<Record<string, string>>;

  /**
   * Where peers take reports of storage commitment: the tasks may connect there.
   * @default - nowhere; reports go on the association of the request
   */
  readonly reportTo?: readonly ReportAddress[];

  /**
   * An existing VPC. Its subnets must reach S3, DynamoDB, Amazon ECR, CloudWatch Logs, Step Functions and HealthImaging,
   * by endpoints or otherwise.
   * @default - a VPC without internet, with the endpoints that are needed
   */
  readonly vpc?: IVpc;
  /**
   * Where the service and the functions run in an existing VPC.
   * @default - its private subnets, or its isolated ones where it has no others
   */
  readonly vpcSubnets?: SubnetSelection;
  /**
   * Where the load balancer stands in an existing VPC.
   * @default - with the service; in public subnets when it is internet-facing
   */
  readonly loadBalancerSubnets?: SubnetSelection;
  /**
   * Addresses of a new VPC.
   * @default '10.0.0.0/16'
   */
  readonly vpcCidr?: string;
  /**
   * Runs the pipeline's functions inside the VPC, too.
   * @default true
   */
  readonly functionsInVpc?: boolean;
  /**
   * Lets routes have the outlet `stow`. A new VPC gets two endpoints for it, which cost; elsewhere nothing is needed but
   * that the functions reach HealthImaging's `dicom-medical-imaging` and `runtime-medical-imaging`.
   * @default - not with functions in a new VPC; elsewhere it does
   */
  readonly stowOutlet?: boolean;

  /**
   * Lets peers connect from the internet, with TLS only.
   * @default false
   */
  readonly internetFacing?: boolean;
  /**
   * Ends TLS at the load balancer with this certificate.
   * @default - TCP, for peers that come by VPN or Direct Connect
   */
  readonly certificate?: ICertificate;
  /**
   * What the TLS listener negotiates.
   * @default SslPolicy.TLS13_RES
   */
  readonly sslPolicy?: SslPolicy;
  /**
   * The port that peers connect to.
   * @default - 104, or 2762 with a certificate
   */
  readonly port?: number;
  /**
   * How long a TCP connection may be silent before the load balancer drops it, 60 s to 6,000 s. Not with a certificate.
   * @default Duration.seconds(350)
   */
  readonly idleTimeout?: Duration;
  /**
   * How the service learns the address of a peer: the load balancer preserves it, or sends a PROXY protocol v2 header.
   * @default 'preserve'
   */
  readonly clientAddress?: ClientAddress;
  /**
   * How long associations of a task that is being replaced may go on before the task is told to stop.
   * @default Duration.minutes(5)
   */
  readonly drainPeriod?: Duration;

  /**
   * How many tasks run at least.
   * @default 2
   */
  readonly minTasks?: number;
  /**
   * How many tasks run at most.
   * @default 10
   */
  readonly maxTasks?: number;
  /**
   * How many associations a task should have on average.
   * @default - half of the service's limit
   */
  readonly associationsPerTask?: number;
  /**
   * How many bytes a minute a task should receive on average.
   * @default 3_000_000_000
   */
  readonly bytesPerMinutePerTask?: number;

  /**
   * An AWS Distro for OpenTelemetry beside the service.
   * @default - none; metrics can be scraped from the tasks' admin port
   */
  readonly collector?: CollectorChoice;

  /**
   * Lets the service read the ledger and show the import: metrics for Prometheus, and with the setting `statusPage` its
   * status page. CloudWatch has the same without.
   * @default false
   */
  readonly showImports?: boolean;
  /**
   * Where functions, and the service where it has no collector, send spans by OTLP over HTTP, e.g. `https://otlp.example.org`. From the VPC that is made, only what
   * its endpoints lead to is reached, at port 443.
   * @default - spans of functions are made by X-Ray alone, and of the service by its collector
   */
  readonly otlpEndpoint?: string;
}

export interface CollectorChoice {
  readonly image: ContainerImage;
  /** Where metrics go. */
  readonly workspace: IWorkspaceRef;
}

/**
 * A DICOM Store SCP for AWS HealthImaging on Fargate, whole: network, landing bucket, service, import pipeline, ledger,
 * alarms and a dashboard.
 */
export class DicomStoreScp extends Construct {
  readonly pipeline: ImportPipeline;
  readonly scp: FargateScp;
  readonly alarms: AlarmSet;

  constructor(scope: Construct, id: string, props: DicomStoreScpProps) {
    super(scope, id);
    const { settings = {}, certificate, collector, internetFacing = false, functionsInVpc = true } = props;
    const { minTasks = 2, maxTasks = 10, bytesPerMinutePerTask = 3_000_000_000 } = props;
    const { stowOutlet = props.vpc !== undefined || !functionsInVpc } = props;
    const config = configOf(settings);
    requireSoundFrontDoor(
      {
        clientCidrs: props.clientCidrs,
        dangerouslyAllowClientsFromAnywhere: props.dangerouslyAllowClientsFromAnywhere ?? false,
        internetFacing,
        tls: certificate !== undefined,
        idleTimeout: props.idleTimeout,
      },
      config,
    );
    if (minTasks > maxTasks) throw new Error(`minTasks is ${minTasks} and maxTasks ${maxTasks}: swap them.`);

    const keeping = keepingOf(this, props);
    const { datastore, encryptionKey, logs } = keeping;
    const premises = new Premises(this, 'Premises', {
      ...props,
      logs,
      internetFacing,
      functionsInVpc,
      stowOutlet,
      withCollector: collector !== undefined,
    });
    const { vpc, subnets } = premises;

    const placement = functionsInVpc ? premises.functionPlacement() : undefined;
    this.pipeline = new ImportPipeline(this, 'Pipeline', {
      ...pipelineKeeping(props, keeping),
      leaseTtl: Duration.millis(config.leaseTtlMs),
      stowOutlet,
      ...(props.otlpEndpoint === undefined ? {} : { otlpEndpoint: props.otlpEndpoint }),
      ...(placement === undefined ? {} : { placement }),
    });
    const { landing, accessLogs, results } = this.pipeline.buckets;
    this.scp = new FargateScp(this, 'Scp', {
      vpc,
      subnets,
      image: props.image,
      architecture: props.architecture ?? CpuArchitecture.ARM64,
      settings,
      uncheckedEnvironment: props.uncheckedEnvironment ?? {},
      landing,
      datastore,
      ledger: this.pipeline.ledger.byName,
      showImports: props.showImports ?? false,
      ...(props.otlpEndpoint === undefined ? {} : { otlpEndpoint: props.otlpEndpoint }),
      reportTo: props.reportTo ?? [],
      frontDoor: {
        subnets: premises.loadBalancerSubnets,
        internetFacing,
        clientCidrs: props.clientCidrs,
        port: props.port ?? (certificate === undefined ? 104 : 2762),
        idleTimeout: props.idleTimeout ?? Duration.seconds(350),
        clientAddress: props.clientAddress ?? 'preserve',
        drainPeriod: props.drainPeriod ?? Duration.minutes(5),
        accessLogs,
        ...(certificate === undefined ? {} : { tls: { certificate, policy: props.sslPolicy ?? SslPolicy.TLS13_RES } }),
      },
      minTasks,
      maxTasks,
      associationsPerTask: props.associationsPerTask ?? Math.ceil(config.maxAssociations / 2),
      bytesPerMinutePerTask,
      logs,
      ...(encryptionKey === undefined ? {} : { encryptionKey }),
      ...(collector === undefined ? {} : { collector }),
    });
    premises.admit(this.scp.securityGroup);
    premises.confine([landing, results], Object.values(this.pipeline.ledger.byName));

    this.alarms = new AlarmSet(this, 'Alarms', {
      alarms: [...serviceAlarms(this, this.scp, maxTasks), ...pipelineAlarms(this, this.pipeline)],
      topic: this.pipeline.notices.topic,
      runbook: props.runbook ?? defaultRunbook,
    });
    new ScpDashboard(this, 'Monitoring', { pipeline: this.pipeline, scp: this.scp, alarms: this.alarms.alarms });
  }
}
