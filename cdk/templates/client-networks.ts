import { CfnCondition, Fn } from 'aws-cdk-lib';
import { CfnSecurityGroupIngress, type ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { TemplateStack } from './template-stack.ts';

/** IPv4 networks, but not all of IPv4. */
const NETWORK = '(?:\\d{1,3}\\.){3}\\d{1,3}/(?:[1-9]|[12]\\d|3[0-2])';
const FURTHER = ['ClientCidr2', 'ClientCidr3'];

/** The first network that may send images; there must be one. */
export const firstClientNetwork = (stack: TemplateStack): string =>
  stack.text('ClientCidr', 'Network that may send images, e.g. 10.1.0.0/16', { allowedPattern: `^${NETWORK}$` });

/** Further networks, each of which may be left empty. */
export function furtherClientNetworks(stack: TemplateStack, clients: ISecurityGroup, port: number): void {
  for (const name of FURTHER) {
    const cidr = stack.text(name, 'Another such network, or empty', {
      default: '',
      allowedPattern: `^$|^${NETWORK}$`,
    });
    const isGiven = new CfnCondition(stack, `${name}IsGiven`, {
      expression: Fn.conditionNot(Fn.conditionEquals(cidr, '')),
    });
    const ingress = new CfnSecurityGroupIngress(stack, `${name}Ingress`, {
      groupId: clients.securityGroupId,
      ipProtocol: 'tcp',
      fromPort: port,
      toPort: port,
      cidrIp: cidr,
      description: 'DICOM',
    });
    ingress.cfnOptions.condition = isGiven;
  }
}
