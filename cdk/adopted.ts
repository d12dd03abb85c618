import { Annotations, Resource } from 'aws-cdk-lib';
import type { IWorkspaceRef, WorkspaceReference } from 'aws-cdk-lib/aws-aps';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/** A Prometheus workspace that is there already. */
export class AdoptedWorkspace extends Resource implements IWorkspaceRef {
  readonly workspaceRef: WorkspaceReference;

  constructor(scope: Construct, id: string, workspaceArn: string) {
    super(scope, id, { environmentFromArn: workspaceArn });
    this.workspaceRef = { workspaceArn };
  }
}

/**
 * A VPC that is there already, known by what its owner says of it: nothing is looked up.
 * @param subnetIds one in each of the zones, in any order
 */
export const adoptedVpc = (
  scope: Construct,
  id: string,
  vpcId: string,
  subnetIds: readonly string[],
  availabilityZones: readonly string[],
): IVpc => {
  const vpc = Vpc.fromVpcAttributes(scope, id, {
    vpcId,
    availabilityZones: availabilityZones.slice(0, subnetIds.length),
    privateSubnetIds: [...subnetIds],
  });
  // Nothing here adds routes.
  Annotations.of(vpc).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId');
  return vpc;
};
