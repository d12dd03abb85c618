import { Aws } from 'aws-cdk-lib';
import type { NetworkLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

const PREFIX = 'load-balancer';

/**
 * Keeps a record of every TLS connection ("Access logs for your Network Load Balancer"). The construct's own method
 * wants to know the region at synthesis; for network load balancers, nothing of it depends on the region.
 */
export function keepAccessLogs(loadBalancer: NetworkLoadBalancer, bucket: IBucket): void {
  loadBalancer.setAttribute('access_logs.s3.enabled', 'true');
  loadBalancer.setAttribute('access_logs.s3.bucket', bucket.bucketName);
  loadBalancer.setAttribute('access_logs.s3.prefix', PREFIX);
  const delivery = {
    principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
    conditions: {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:*` },
    },
  };
  bucket.addToResourcePolicy(
    new PolicyStatement({
      ...delivery,
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`${PREFIX}/AWSLogs/${Aws.ACCOUNT_ID}/*`)],
    }),
  );
  bucket.addToResourcePolicy(
    new PolicyStatement({ ...delivery, actions: ['s3:GetBucketAcl'], resources: [bucket.bucketArn] }),
  );
}
