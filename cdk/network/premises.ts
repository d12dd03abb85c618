import {
  type ISecurityGroup,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
} from 'aws-cdk-lib/aws-ec2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { LogSettings } from '../log-group.ts';
import type { FunctionPlacement } from '../pipeline/functions.ts';
import { onlyReach } from './gateway-policies.ts';
import { ScpNetwork } from './scp-network.ts';
import { collectorEndpoints, functionEndpoints, serviceEndpoints, stowEndpoints } from './vpc-endpoints.ts';

export interface PremisesProps {
  /** @default - a new VPC without internet */
  readonly vpc?: IVpc;
  /** @default - the private subnets of an existing VPC */
  readonly vpcSubnets?: SubnetSelection;
  /** @default - where the service runs; public subnets when internet-facing */
  readonly loadBalancerSubnets?: SubnetSelection;
  /** @default '10.0.0.0/16' */
  readonly vpcCidr?: string;
  readonly logs: LogSettings;
  readonly internetFacing: boolean;
  readonly functionsInVpc: boolean;
  readonly stowOutlet: boolean;
  readonly withCollector: boolean;
}

/** Where everything runs: a VPC that is made for it, or one that is there already and is left as it is. */
export class Premises extends Construct {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly loadBalancerSubnets: SubnetSelection;
  readonly #network: ScpNetwork | undefined;

  constructor(scope: Construct, id: string, props: PremisesProps) {
    super(scope, id);
    const { vpc, vpcCidr, internetFacing } = props;
    if (vpc !== undefined) {
      if (vpcCidr !== undefined) {
        throw new Error('vpcCidr is for a new VPC, and vpc names an existing one: leave one of them out.');
      }
      this.vpc = vpc;
      this.subnets = props.vpcSubnets ?? {
        subnetType: vpc.privateSubnets.length > 0 ? SubnetType.PRIVATE_WITH_EGRESS : SubnetType.PRIVATE_ISOLATED,
      };
      this.loadBalancerSubnets =
        props.loadBalancerSubnets ?? (internetFacing ? { subnetType: SubnetType.PUBLIC } : this.subnets);
      return;
    }
    if (props.vpcSubnets !== undefined || props.loadBalancerSubnets !== undefined) {
      throw new Error('vpcSubnets and loadBalancerSubnets choose among the subnets of an existing VPC: give vpc, too.');
    }
    this.#network = new ScpNetwork(this, 'Network', {
      cidr: vpcCidr ?? '10.0.0.0/16',
      logs: props.logs,
      publicSubnets: internetFacing,
      endpoints: [
        ...serviceEndpoints,
        ...(props.functionsInVpc ? functionEndpoints : []),
        ...(props.functionsInVpc && props.stowOutlet ? stowEndpoints : []),
        ...(props.withCollector ? collectorEndpoints : []),
      ],
    });
    this.vpc = this.#network.vpc;
    this.subnets = this.#network.privateSubnets;
    this.loadBalancerSubnets = internetFacing ? this.#network.publicSubnets : this.subnets;
  }

  /** A place for functions, with a security group that leads to AWS services alone. */
  functionPlacement(): FunctionPlacement {
    const securityGroup = new SecurityGroup(this, 'Functions', {
      vpc: this.vpc,
      description: 'Functions of the import pipeline',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'HTTPS to AWS services');
    this.admit(securityGroup);
    return { vpc: this.vpc, vpcSubnets: this.subnets, securityGroup };
  }

  /** Lets a client use the endpoints of a new VPC. */
  admit(client: ISecurityGroup): void {
    this.#network?.endpoints.admit(client);
  }

  /** Leaves only these within reach of a new VPC's gateways. */
  confine(buckets: readonly IBucket[], tables: readonly { readonly tableArn: string }[]): void {
    if (this.#network !== undefined) onlyReach(this.#network.endpoints, buckets, tables);
  }
}
