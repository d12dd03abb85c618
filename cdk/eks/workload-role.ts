import { Aws } from 'aws-cdk-lib';
import { CfnPodIdentityAssociation, type IClusterRef } from 'aws-cdk-lib/aws-eks';
import {
  type IOpenIdConnectProvider,
  type IPrincipal,
  OpenIdConnectPrincipal,
  type PolicyStatement,
  Role,
  ServicePrincipal,
  SessionTagsPrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** The service account that the chart makes, unless its values say otherwise. */
export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

export interface WorkloadRoleProps {
  readonly serviceAccount: ServiceAccount;
  /** The cluster, which has the add-on "EKS Pod Identity Agent". */
  readonly cluster: IClusterRef;
  /**
   * The cluster's identity provider, for pods that take the role with a token of their own (IRSA), as on EKS Fargate.
   * @default - EKS Pod Identity
   */
  readonly oidcProvider?: IOpenIdConnectProvider;
  readonly grants: readonly PolicyStatement[];
}

/** The role of the service's pods in a cluster that is the customer's. One service account may take it, and no other. */
export class WorkloadRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: WorkloadRoleProps) {
    super(scope, id);
    const { serviceAccount, cluster, oidcProvider, grants } = props;
    this.role = new Role(this, 'Role', {
      description: 'The DICOM Store SCP in Kubernetes',
      assumedBy: oidcProvider === undefined ? podsOf(cluster, serviceAccount) : tokenOf(oidcProvider, serviceAccount),
    });
    for (const grant of grants) this.role.addToPolicy(grant);
    if (oidcProvider !== undefined) return;
    new CfnPodIdentityAssociation(this, 'Association', {
      clusterName: cluster.clusterRef.clusterName,
      namespace: serviceAccount.namespace,
      serviceAccount: serviceAccount.name,
      roleArn: this.role.roleArn,
    });
  }
}

/** Pods of this service account, by EKS Pod Identity, which tags the session with what it knows of the pod. */
const podsOf = (cluster: IClusterRef, { namespace, name }: ServiceAccount): IPrincipal =>
  new SessionTagsPrincipal(
    new ServicePrincipal('pods.eks.amazonaws.com', {
      conditions: {
        StringEquals: {
          'aws:SourceAccount': Aws.ACCOUNT_ID,
          'aws:RequestTag/kubernetes-namespace': namespace,
          'aws:RequestTag/kubernetes-service-account': name,
        },
        ArnEquals: { 'aws:SourceArn': cluster.clusterRef.clusterArn },
      },
    }),
  );

/** Pods that show a token of this service account, made for AWS STS. */
const tokenOf = (provider: IOpenIdConnectProvider, { namespace, name }: ServiceAccount): IPrincipal => {
  const issuer = provider.openIdConnectProviderIssuer;
  return new OpenIdConnectPrincipal(provider, {
    StringEquals: {
      [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${name}`,
      [`${issuer}:aud`]: 'sts.amazonaws.com',
    },
  });
};
