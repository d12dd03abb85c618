import { type App, Duration, type Environment, type Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Subnet } from 'aws-cdk-lib/aws-ec2';
import { CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import { CfnCluster } from 'aws-cdk-lib/aws-eks';
import { CfnDatastore } from 'aws-cdk-lib/aws-healthimaging';
import { OpenIdConnectProvider } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { AdoptedWorkspace, adoptedVpc } from './adopted.ts';
import type { AppSettings } from './app-settings.ts';
import { DicomStoreScp, type DicomStoreScpProps } from './dicom-store-scp.ts';
import { DicomStoreScpOnEks } from './dicom-store-scp-on-eks.ts';
import type { KeepingProps } from './keeping.ts';
import { pipelineOutputs, serviceOutputs, workloadOutputs } from './outputs.ts';
import { ScpStack } from './scp-stack.ts';
import { offersCommitment } from './service/service-config.ts';
import { builtImage, ecrImage } from './service-image.ts';

/** Adds what the settings ask for to an app: a stack, or one for each region. */
export function addStacks(app: App, settings: AppSettings): readonly Stack[] {
  const { stackName, regions } = settings;
  return (regions ?? [undefined]).map((region) => {
    const env: Environment = {
      ...(settings.account === undefined ? {} : { account: settings.account }),
      ...(region === undefined ? {} : { region }),
    };
    const id = regions !== undefined && regions.length > 1 ? `${stackName}-${region}` : stackName;
    const stack = new ScpStack(app, id, { env, description: 'DICOM Store SCP for AWS HealthImaging' });
    if (settings.edition === 'eks') addOnEks(stack, settings);
    else addOnFargate(stack, settings);
    return stack;
  });
}

function addOnFargate(stack: Stack, settings: AppSettings): void {
  const scp = new DicomStoreScp(stack, 'Scp', {
    ...keepingFrom(stack, settings),
    ...networkFrom(stack, settings),
    ...frontDoorFrom(stack, settings),
    ...imageFrom(stack, settings),
    settings: settings.service,
    ...present({
      minTasks: settings.minTasks,
      maxTasks: settings.maxTasks,
      drainPeriod: seconds(settings.drainSeconds),
      stowOutlet: settings.stowOutlet,
      showImports: settings.showImports,
      otlpEndpoint: settings.otlpEndpoint,
    }),
  });
  subscribe(scp, settings);
  pipelineOutputs(stack, scp.pipeline);
  serviceOutputs(stack, scp.scp);
}

function addOnEks(stack: Stack, settings: AppSettings): void {
  const { eksClusterName = '', eksNamespace, eksServiceAccount, oidcProviderArn, service } = settings;
  const onEks = new DicomStoreScpOnEks(stack, 'Scp', {
    ...keepingFrom(stack, settings),
    cluster: CfnCluster.fromClusterName(stack, 'Cluster', eksClusterName),
    ...present({
      namespace: eksNamespace,
      serviceAccount: eksServiceAccount,
      oidcProvider:
        oidcProviderArn === undefined
          ? undefined
          : OpenIdConnectProvider.fromOpenIdConnectProviderArn(stack, 'OidcProvider', oidcProviderArn),
      leaseTtl: service.leaseTtlMs === undefined ? undefined : Duration.millis(service.leaseTtlMs),
      showImports: settings.showImports,
      statusPage: service.statusPage,
      otlpEndpoint: settings.otlpEndpoint,
    }),
    storageCommitment: offersCommitment(service),
  });
  subscribe(onEks, settings);
  pipelineOutputs(stack, onEks.pipeline);
  workloadOutputs(stack, onEks.workload);
}

function keepingFrom(stack: Stack, settings: AppSettings): KeepingProps {
  const { datastoreId, encryptionKeyArn, expireInstancesAfterDays } = settings;
  return present({
    datastore: datastoreId === undefined ? undefined : CfnDatastore.fromDatastoreId(stack, 'Datastore', datastoreId),
    routeDatastores: settings.routeDatastoreIds?.map((id) =>
      CfnDatastore.fromDatastoreId(stack, `Datastore-${id}`, id),
    ),
    quotas: present({ startsPerSecond: settings.startsPerSecond, concurrentJobs: settings.concurrentJobs }),
    encryptionKey: encryptionKeyArn === undefined ? undefined : Key.fromKeyArn(stack, 'Key', encryptionKeyArn),
    awsManagedKeys: settings.awsManagedKeys,
    logRetention: settings.logRetentionDays,
    expireInstancesAfter: expireInstancesAfterDays === undefined ? undefined : Duration.days(expireInstancesAfterDays),
    allowUnlistedRegion: settings.allowUnlistedRegion,
    runbook: settings.runbook,
  });
}

const DEFAULT_VPC_CIDR = '10.0.0.0/16';

function networkFrom(
  stack: Stack,
  { vpcId, subnetIds = [], loadBalancerSubnetIds, vpcCidr, functionsInVpc }: AppSettings,
): Pick<DicomStoreScpProps, 'vpc' | 'vpcSubnets' | 'loadBalancerSubnets' | 'vpcCidr' | 'functionsInVpc'> {
  if (vpcId === undefined) return present({ vpcCidr, functionsInVpc });
  return present({
    vpc: adoptedVpc(stack, 'Vpc', vpcId, subnetIds, stack.availabilityZones),
    loadBalancerSubnets:
      loadBalancerSubnetIds === undefined
        ? undefined
        : { subnets: loadBalancerSubnetIds.map((id) => Subnet.fromSubnetId(stack, id, id)) },
    functionsInVpc,
  });
}

function frontDoorFrom(
  stack: Stack,
  settings: AppSettings,
): Pick<
  DicomStoreScpProps,
  | 'clientCidrs'
  | 'dangerouslyAllowClientsFromAnywhere'
  | 'internetFacing'
  | 'certificate'
  | 'port'
  | 'idleTimeout'
  | 'clientAddress'
> {
  const { certificateArn } = settings;
  return {
    clientCidrs: settings.clientCidrs ?? [settings.vpcCidr ?? DEFAULT_VPC_CIDR],
    ...present({
      dangerouslyAllowClientsFromAnywhere: settings.dangerouslyAllowClientsFromAnywhere,
      internetFacing: settings.internetFacing,
      certificate:
        certificateArn === undefined ? undefined : Certificate.fromCertificateArn(stack, 'Certificate', certificateArn),
      port: settings.port,
      idleTimeout: seconds(settings.idleTimeoutSeconds),
      clientAddress: settings.clientAddress,
    }),
  };
}

function imageFrom(
  stack: Stack,
  { image, architecture: named, collectorImage, prometheusWorkspaceArn }: AppSettings,
): Pick<DicomStoreScpProps, 'image' | 'architecture' | 'collector'> {
  const architecture = named === 'arm64' ? CpuArchitecture.ARM64 : CpuArchitecture.X86_64;
  return {
    image: image === undefined ? builtImage(architecture) : ecrImage(stack, 'Image', image),
    architecture,
    ...(collectorImage === undefined || prometheusWorkspaceArn === undefined
      ? {}
      : {
          collector: {
            image: ecrImage(stack, 'CollectorImage', collectorImage),
            workspace: new AdoptedWorkspace(stack, 'Workspace', prometheusWorkspaceArn),
          },
        }),
  };
}

function subscribe({ pipeline }: DicomStoreScp | DicomStoreScpOnEks, { noticeEmail }: AppSettings): void {
  if (noticeEmail !== undefined) pipeline.notices.topic.addSubscription(new EmailSubscription(noticeEmail));
}

const seconds = (count: number | undefined): Duration | undefined =>
  count === undefined ? undefined : Duration.seconds(count);

/** The members that have a value. */
function present<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
