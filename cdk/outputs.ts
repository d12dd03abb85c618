import { CfnOutput, Fn, type Stack } from 'aws-cdk-lib';
import { tableNames } from '../core/tables.ts';
import type { WorkloadRole } from './eks/workload-role.ts';
import { jobsPrefix } from './ingest/ingest-buckets.ts';
import type { ImportPipeline } from './pipeline/import-pipeline.ts';
import type { FargateScp } from './service/fargate-scp.ts';

const output = (stack: Stack, name: string, value: string, description: string): CfnOutput =>
  new CfnOutput(stack, name, { value, description });

/**
 * Where everything lies that operators and the chart are asked for. In parentheses the variables of the service and of
 * its command line whose values they are.
 */
export function pipelineOutputs(stack: Stack, pipeline: ImportPipeline): void {
  const { buckets, ledger, stateMachine, notices, studyTopic, datastore, deadLetters } = pipeline;
  output(stack, 'LandingBucket', buckets.landing.bucketName, 'Where instances land (SCP_BUCKET, INGEST_BUCKET)');
  output(stack, 'ResultsBucket', buckets.results.bucketName, 'Where import jobs write their results');
  const outputS3Uri = buckets.results.s3UrlForObject(jobsPrefix);
  output(stack, 'OutputS3Uri', outputS3Uri, 'Where in the results bucket (OUTPUT_S3_URI)');
  output(stack, 'DatastoreId', datastore.datastoreRef.datastoreId, 'HealthImaging data store (SCP_DATASTORE_ID)');
  for (const name of tableNames) {
    const { tableName } = ledger.byName[name];
    output(stack, `${capital(name)}Table`, tableName, `Ledger: ${name} (${name.toUpperCase()}_TABLE)`);
  }
  output(stack, 'StateMachineArn', stateMachine.stateMachineArn, 'The import of a batch (STATE_MACHINE_ARN)');
  // Those that SQS moves back. A notice that could not be delivered came from no queue.
  const queueUrls = [deadLetters.manifestCreated, deadLetters.importEnded].map(({ queueUrl }) => queueUrl);
  output(stack, 'DeadLetterQueueUrls', Fn.join(',', queueUrls), 'Events given up (DEAD_LETTER_QUEUE_URLS)');
  output(stack, 'NoticesTopicArn', notices.topic.topicArn, 'What needs attention');
  output(stack, 'StudyTopicArn', studyTopic.topic.topicArn, 'Studies that are complete or need attention');
}

/** Where peers connect. */
export function serviceOutputs(stack: Stack, { frontDoor, cluster, service }: FargateScp): void {
  output(stack, 'DicomEndpoint', frontDoor.loadBalancer.loadBalancerDnsName, 'Host that peers connect to');
  output(stack, 'ClientsSecurityGroup', frontDoor.securityGroup.securityGroupId, 'Who may connect');
  output(stack, 'ClusterName', cluster.clusterName, 'ECS cluster');
  output(stack, 'ServiceName', service.serviceName, 'ECS service');
}

/** What the chart's values are. */
export function workloadOutputs(stack: Stack, { role }: WorkloadRole): void {
  output(stack, 'WorkloadRoleArn', role.roleArn, 'Role of the pods; for IRSA, the annotation of the service account');
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
