import { Duration } from 'aws-cdk-lib';
import type { IClusterRef } from 'aws-cdk-lib/aws-eks';
import type { IOpenIdConnectProvider } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { WorkloadRole } from './eks/workload-role.ts';
import { defaultRunbook, type KeepingProps, keepingOf, pipelineKeeping } from './keeping.ts';
import { AlarmSet } from './monitoring/alarm-set.ts';
import { ScpDashboard } from './monitoring/dashboard.ts';
import { pipelineAlarms } from './monitoring/pipeline-alarms.ts';
import type { FunctionPlacement } from './pipeline/functions.ts';
import { ImportPipeline } from './pipeline/import-pipeline.ts';
import { ledgerGrants } from './service/ledger-grants.ts';
import { configOf } from './service/service-config.ts';
import { serviceGrants } from './service/service-grants.ts';

export interface DicomStoreScpOnEksProps extends KeepingProps {
  /** The customer's cluster. */
  readonly cluster: IClusterRef;
  /**
   * The namespace that the chart is installed in.
   * @default 'dicom-store-scp'
   */
  readonly namespace?: string;
  /**
   * The service account that the chart makes.
   * @default 'dicom-store-scp'
   */
  readonly serviceAccount?: string;
  /**
   * The cluster's identity provider, for pods that take the role with a token of their own (IRSA).
   * @default - EKS Pod Identity
   */
  readonly oidcProvider?: IOpenIdConnectProvider;
  /**
   * The VPC whose endpoints the functions use.
   * @default - they run in no VPC and reach the services' public endpoints by TLS
   */
  readonly placement?: FunctionPlacement;
  /**
   * Lets the service keep transactions of storage commitment in the ledger, for the chart's settings.commitment.
   * @default false
   */
  readonly storageCommitment?: boolean;
  /**
   * Lets the service read the ledger and show the import, for the chart's settings.ledgerBatchesTable and
   * settings.ledgerInstancesTable.
   * @default false
   */
  readonly showImports?: boolean;
  /**
   * Lets it read what its status page shows of the import as well, for the chart's settings.statusPage and
   * settings.ledgerStudiesTable.
   * @default false
   */
  readonly statusPage?: boolean;
  /**
   * Where functions send spans by OTLP over HTTP, e.g. `https://otlp.example.org`. The pods are told by the chart.
   * @default - spans of functions are made by X-Ray alone
   */
  readonly otlpEndpoint?: string;
  /**
   * As the chart's value for SCP_LEASE_TTL_MS.
   * @default - the service's own default
   */
  readonly leaseTtl?: Duration;
}

/** What the chart needs of AWS when the service runs in a cluster of the customer's: bucket, pipeline, role, alarms. */
export class DicomStoreScpOnEks extends Construct {
  readonly pipeline: ImportPipeline;
  readonly workload: WorkloadRole;
  readonly alarms: AlarmSet;

  constructor(scope: Construct, id: string, props: DicomStoreScpOnEksProps) {
    super(scope, id);
    const { cluster, oidcProvider, placement } = props;
    const keeping = keepingOf(this, props);
    this.pipeline = new ImportPipeline(this, 'Pipeline', {
      ...pipelineKeeping(props, keeping),
      leaseTtl: props.leaseTtl ?? Duration.millis(configOf({}).leaseTtlMs),
      ...(placement === undefined ? {} : { placement }),
      ...(props.otlpEndpoint === undefined ? {} : { otlpEndpoint: props.otlpEndpoint }),
    });
    const ledger = this.pipeline.ledger.byName;
    this.workload = new WorkloadRole(this, 'Workload', {
      cluster,
      serviceAccount: {
        namespace: props.namespace ?? 'dicom-store-scp',
        name: props.serviceAccount ?? 'dicom-store-scp',
      },
      ...(oidcProvider === undefined ? {} : { oidcProvider }),
      grants: serviceGrants(
        this.pipeline.buckets.landing,
        keeping.encryptionKey,
        props.storageCommitment ? ledger : undefined,
        props.showImports ? ledgerGrants(ledger, props.statusPage ?? false) : [],
      ),
    });
    this.alarms = new AlarmSet(this, 'Alarms', {
      alarms: pipelineAlarms(this, this.pipeline),
      topic: this.pipeline.notices.topic,
      runbook: props.runbook ?? defaultRunbook,
    });
    new ScpDashboard(this, 'Monitoring', { pipeline: this.pipeline, alarms: this.alarms.alarms });
  }
}
