import {
  FlowLogDestination,
  FlowLogTrafficType,
  IpAddresses,
  type IVpc,
  type SubnetConfiguration,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { type LogSettings, logGroup } from '../log-group.ts';
import { type InterfaceEndpointName, VpcEndpoints } from './vpc-endpoints.ts';

export interface ScpNetworkProps {
  /** Addresses of the VPC, e.g. `10.0.0.0/16`. */
  readonly cidr: string;
  readonly logs: LogSettings;
  /** The services that whoever runs in the VPC speaks to, beside S3 and DynamoDB. */
  readonly endpoints: readonly InterfaceEndpointName[];
  /**
   * Adds public subnets, for an internet-facing load balancer and nothing else.
   * @default false
   */
  readonly publicSubnets?: boolean;
}

const PRIVATE = 'private';
const PUBLIC = 'public';
const AVAILABILITY_ZONES = 2;

/**
 * A VPC whose private subnets have no way to the internet, neither in nor out: AWS services are reached through
 * endpoints. Every flow is logged.
 */
export class ScpNetwork extends Construct {
  readonly vpc: IVpc;
  /** The subnets without a route to the internet. */
  readonly privateSubnets: SubnetSelection = { subnetGroupName: PRIVATE };
  readonly publicSubnets: SubnetSelection = { subnetGroupName: PUBLIC };
  readonly endpoints: VpcEndpoints;

  constructor(scope: Construct, id: string, { cidr, logs, endpoints, publicSubnets = false }: ScpNetworkProps) {
    super(scope, id);
    const subnets: SubnetConfiguration[] = [{ name: PRIVATE, subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 20 }];
    if (publicSubnets) {
      subnets.push({ name: PUBLIC, subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false });
    }
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(cidr),
      maxAzs: AVAILABILITY_ZONES,
      natGateways: 0,
      subnetConfiguration: subnets,
      // It would take a function with rights over security groups; nothing here uses the default group.
      restrictDefaultSecurityGroup: false,
    }) as IVpc;
    this.vpc.addFlowLog('Flows', {
      destination: FlowLogDestination.toCloudWatchLogs(logGroup(this, 'FlowLogs', logs)),
      trafficType: FlowLogTrafficType.ALL,
    });
    this.endpoints = new VpcEndpoints(this, 'Endpoints', {
      vpc: this.vpc,
      subnets: this.privateSubnets,
      services: endpoints,
    });
  }
}
