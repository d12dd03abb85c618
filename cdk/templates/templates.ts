import { App, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { CfnCluster } from 'aws-cdk-lib/aws-eks';
import { DicomStoreScp, type DicomStoreScpProps } from '../dicom-store-scp.ts';
import { DicomStoreScpOnEks } from '../dicom-store-scp-on-eks.ts';
import { judge } from '../nag-packs.ts';
import { pipelineOutputs, serviceOutputs, workloadOutputs } from '../outputs.ts';
import { firstClientNetwork, furtherClientNetworks } from './client-networks.ts';
import { importView } from './import-view.ts';
import { keepingParameters } from './keeping-parameters.ts';
import { chooseAddresses, existingVpc } from './network-parameters.ts';
import { TemplateStack } from './template-stack.ts';

/** The templates: what differs in kind is a template of its own, what differs in value is a parameter. */
export const templates: Readonly<
  Record<string, { readonly description: string; readonly build: (stack: TemplateStack) => void }>
> = {
  'fargate-new-vpc-tls': {
    description:
      'DICOM Store SCP for AWS HealthImaging: Fargate in a new VPC without internet, TLS at the load balancer',
    build: (stack) => {
      fargate(stack, withCertificate(stack));
      chooseAddresses(stack);
    },
  },
  'fargate-existing-vpc-tls': {
    description: 'DICOM Store SCP for AWS HealthImaging: Fargate in an existing VPC, TLS at the load balancer',
    build: (stack) => fargate(stack, { vpc: existingVpc(stack), ...withCertificate(stack) }),
  },
  'fargate-existing-vpc-tcp': {
    description: 'DICOM Store SCP for AWS HealthImaging: Fargate in an existing VPC, for peers behind a VPN',
    build: (stack) => fargate(stack, { vpc: existingVpc(stack) }),
  },
  'eks-pod-identity': {
    description: 'DICOM Store SCP for AWS HealthImaging: bucket, import pipeline and role for the chart on Amazon EKS',
    build: onEks,
  },
};

/** An app with every template as a stack, judged as the app's own stacks are. */
export function templatesApp(context: Readonly<Record<string, unknown>>): App {
  const app = new App({ context, analyticsReporting: false, treeMetadata: false });
  for (const [name, { description, build }] of Object.entries(templates)) {
    const stack = new TemplateStack(app, name, description);
    build(stack);
    Validations.of(stack).acknowledge({
      id: 'CloudFormation-Validate::W1001',
      reason: 'The data store is referred to where the condition that it is made under is asked for first.',
    });
  }
  judge(app);
  return app;
}

/** Every template as CloudFormation reads it, by its name. */
export function renderTemplates(app: App): ReadonlyMap<string, object> {
  const assembly = app.synth();
  return new Map(Object.keys(templates).map((name) => [name, assembly.getStackByName(name).template]));
}

const TLS_PORT = 2762;
const TCP_PORT = 104;

const withCertificate = (stack: TemplateStack): Pick<DicomStoreScpProps, 'certificate'> => ({
  certificate: Certificate.fromCertificateArn(
    stack,
    'Certificate',
    stack.text('CertificateArn', 'Certificate in AWS Certificate Manager', {
      allowedPattern: '^arn:aws[a-z-]*:acm:.+$',
    }),
  ),
});

function fargate(stack: TemplateStack, chosen: Pick<DicomStoreScpProps, 'certificate' | 'vpc'>): void {
  const port = chosen.certificate === undefined ? TCP_PORT : TLS_PORT;
  const keeping = keepingParameters(stack);
  const scp = new DicomStoreScp(stack, 'Scp', {
    ...keeping,
    ...chosen,
    port,
    image: ContainerImage.fromEcrRepository(
      Repository.fromRepositoryName(
        stack,
        'Repository',
        stack.text('ImageRepository', 'Amazon ECR repository of this account and region that has the image'),
      ),
      stack.text('ImageTag', 'Tag of the image'),
    ),
    clientCidrs: [firstClientNetwork(stack)],
    uncheckedEnvironment: {
      SCP_AE_TITLES: stack.text('AeTitles', 'AE titles that the service answers to, separated by commas', {
        default: 'STORESCP',
        allowedPattern: '^[ -+\\--\\[\\]-~]{1,16}(?:,[ -+\\--\\[\\]-~]{1,16})*$',
      }),
    },
  });
  const { taskRole: role, defaultContainer: container } = scp.scp.service.taskDefinition;
  const tables = scp.pipeline.ledger.byName;
  const ifShown = importView(stack, { role, key: keeping.encryptionKey, tables, statusPage: false });
  container?.addEnvironment('SCP_LEDGER_BATCHES_TABLE', ifShown(tables.batches.tableName));
  container?.addEnvironment('SCP_LEDGER_INSTANCES_TABLE', ifShown(tables.instances.tableName));
  furtherClientNetworks(stack, scp.scp.frontDoor.securityGroup, port);
  pipelineOutputs(stack, scp.pipeline);
  serviceOutputs(stack, scp.scp);
}

function onEks(stack: TemplateStack): void {
  const keeping = keepingParameters(stack);
  const onCluster = new DicomStoreScpOnEks(stack, 'Scp', {
    ...keeping,
    cluster: CfnCluster.fromClusterName(
      stack,
      'Cluster',
      stack.text('ClusterName', 'The cluster, which has the add-on "EKS Pod Identity Agent"'),
    ),
    namespace: stack.text('Namespace', 'Namespace that the chart is installed in', { default: 'dicom-store-scp' }),
    serviceAccount: stack.text('ServiceAccount', 'Service account that the chart makes', {
      default: 'dicom-store-scp',
    }),
  });
  const { role } = onCluster.workload;
  importView(stack, {
    role,
    key: keeping.encryptionKey,
    tables: onCluster.pipeline.ledger.byName,
    statusPage: true,
  });
  pipelineOutputs(stack, onCluster.pipeline);
  workloadOutputs(stack, onCluster.workload);
}
