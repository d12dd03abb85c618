import { Fn } from 'aws-cdk-lib';
import { CfnSubnet, CfnVPC, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { adoptedVpc } from '../adopted.ts';
import type { TemplateStack } from './template-stack.ts';

/** An existing VPC, with a subnet in each of two zones. */
export function existingVpc(stack: TemplateStack): IVpc {
  const subnets = ['A', 'B'].map((zone) =>
    stack.resource(
      `Subnet${zone}`,
      'AWS::EC2::Subnet::Id',
      `Private subnet for service, functions and load balancer (${zone})`,
    ),
  );
  const vpcId = stack.resource('VpcId', 'AWS::EC2::VPC::Id', 'The VPC that the subnets are in');
  return adoptedVpc(stack, 'Vpc', vpcId, subnets, stack.availabilityZones);
}

/** Leaves room for sixteen subnets in the VPC. */
const SUBNETS = 16;
/** Host bits of a subnet: a /20 of a /16. */
const HOST_BITS = '12';

/** Has the addresses of a new VPC decided at deployment. CDK itself divides known addresses only. */
export function chooseAddresses(stack: TemplateStack): void {
  const cidr = stack.text('VpcCidr', 'Addresses of the new VPC: a /16', {
    default: '10.0.0.0/16',
    allowedPattern: '^(?:\\d{1,3}\\.){3}\\d{1,3}/16$',
  });
  const resources = stack.node.findAll();
  for (const vpc of resources.filter((one) => one instanceof CfnVPC)) vpc.cidrBlock = cidr;
  for (const [index, subnet] of resources.filter((one) => one instanceof CfnSubnet).entries()) {
    subnet.cidrBlock = Fn.select(index, Fn.cidr(cidr, SUBNETS, HOST_BITS));
  }
}
