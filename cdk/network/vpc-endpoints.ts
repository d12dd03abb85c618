import {
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  Port,
  SecurityGroup,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

const services = {
  ecrApi: InterfaceVpcEndpointAwsService.ECR,
  ecrImages: InterfaceVpcEndpointAwsService.ECR_DOCKER,
  logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  stepFunctions: InterfaceVpcEndpointAwsService.STEP_FUNCTIONS,
  healthImaging: InterfaceVpcEndpointAwsService.HEALTH_IMAGING,
  healthImagingDicom: InterfaceVpcEndpointAwsService.HEALTH_IMAGING_DICOM,
  healthImagingRuntime: InterfaceVpcEndpointAwsService.HEALTH_IMAGING_RUNTIME,
  xray: InterfaceVpcEndpointAwsService.XRAY,
  prometheus: InterfaceVpcEndpointAwsService.PROMETHEUS_WORKSPACES,
} as const;

export type InterfaceEndpointName = keyof typeof services;

/** What a task speaks to: its image, its log. */
export const serviceEndpoints = ['ecrApi', 'ecrImages', 'logs'] as const satisfies readonly InterfaceEndpointName[];
/** What the functions speak to in a VPC; Lambda itself polls their queues and takes their logs and traces. */
export const functionEndpoints = ['stepFunctions', 'healthImaging'] as const satisfies readonly InterfaceEndpointName[];
/** What the functions speak to besides, where routes have the outlet `stow`. */
export const stowEndpoints = [
  'healthImagingDicom',
  'healthImagingRuntime',
] as const satisfies readonly InterfaceEndpointName[];
/** What the collector speaks to. */
export const collectorEndpoints = ['prometheus', 'xray'] as const satisfies readonly InterfaceEndpointName[];

export interface VpcEndpointsProps {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly services: readonly InterfaceEndpointName[];
}

/** The ways to AWS services from a VPC without internet. Interfaces take HTTPS from the groups they are told to. */
export class VpcEndpoints extends Construct {
  readonly s3: GatewayVpcEndpoint;
  readonly dynamodb: GatewayVpcEndpoint;
  readonly #securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, { vpc, subnets, services: names }: VpcEndpointsProps) {
    super(scope, id);
    const gateway = (name: string, service: GatewayVpcEndpointAwsService) =>
      new GatewayVpcEndpoint(this, name, { vpc, service, subnets: [subnets] });
    this.s3 = gateway('S3', GatewayVpcEndpointAwsService.S3);
    this.dynamodb = gateway('DynamoDb', GatewayVpcEndpointAwsService.DYNAMODB);
    this.#securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Endpoints of AWS services',
      allowAllOutbound: false,
    });
    for (const name of new Set(names)) {
      new InterfaceVpcEndpoint(this, name, {
        vpc,
        service: services[name],
        subnets,
        securityGroups: [this.#securityGroup],
        open: false,
        privateDnsEnabled: true,
      });
    }
  }

  admit(client: ISecurityGroup): void {
    this.#securityGroup.addIngressRule(client, Port.tcp(443), 'HTTPS of the service and the functions');
  }
}
