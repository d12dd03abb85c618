import { type ControlSection, proof } from './control.ts';

/** What the product is made of on AWS, and what each part is held to. */
export const componentControls: ControlSection = {
  title: 'Components',
  controls: [
    {
      subject: 'AWS Fargate',
      control: 'One container without privileges: user 1000, read-only root, no capabilities, no shell by ECS Exec.',
      owner: 'product',
      by: ['cdk/service/scp-task.ts', 'cdk/service/fargate-scp.ts'],
      provenBy: [proof('security', 'has no privileges, no writable file system')],
    },
    {
      subject: 'Amazon VPC',
      control:
        'Tasks and functions have private subnets without a route to the internet. Public subnets exist only for a load balancer that was asked to face the internet.',
      owner: 'product',
      by: ['cdk/network/scp-network.ts', 'cdk/network/premises.ts'],
      provenBy: [proof('network', 'has no way to the internet')],
    },
    {
      subject: 'Network Load Balancer',
      control: 'TCP for peers behind a VPN, or TLS with a certificate of the customer; security groups from the start.',
      owner: 'product',
      by: ['cdk/service/scp-load-balancer.ts'],
      provenBy: [
        proof('security', 'has its security group from the beginning'),
        proof('security', 'ends TLS with a modern policy'),
      ],
    },
    {
      subject: 'Amazon S3',
      control: 'Landing and results buckets: versioned, encrypted, TLS 1.2 at least, no public access, access logged.',
      owner: 'product',
      by: ['cdk/ingest/ingest-buckets.ts'],
      provenBy: [proof('security', 'buckets keep the public and plain HTTP out')],
    },
    {
      subject: 'AWS HealthImaging',
      control:
        'One data store, created with the stack’s key or adopted; it reads and writes by a role that no other data store can take.',
      owner: 'product',
      by: ['cdk/datastore/imaging-datastore.ts', 'cdk/datastore/data-access-role.ts'],
      provenBy: [
        proof('iam', 'are taken by services of this account'),
        proof('iam', 'hand the data access role to HealthImaging alone'),
      ],
    },
    {
      subject: 'Amazon DynamoDB',
      control:
        'The ledger of batches, instances and studies: UIDs and states, no pixel data, restorable to any second.',
      owner: 'product',
      by: ['cdk/pipeline/tables.ts'],
      provenBy: [proof('security', 'every table can be restored')],
    },
    {
      subject: 'AWS Lambda',
      control: 'Functions with a role of its own for each, bundled whole so that what was tested is what runs.',
      owner: 'product',
      by: ['cdk/pipeline/functions.ts', 'cdk/pipeline/function-grants.ts'],
      provenBy: [
        proof('grants', 'nothing that it does not ask for'),
        proof('synth', 'into one module that Node loads by itself'),
      ],
    },
    {
      subject: 'AWS Step Functions',
      control: 'One execution per batch. Its state holds keys and ids, and is not copied into logs.',
      owner: 'product',
      by: ['cdk/pipeline/import-state-machine.ts', 'cdk/pipeline/import-pipeline.ts'],
      provenBy: [proof('security', 'executions are logged without their data')],
    },
    {
      subject: 'AWS IAM',
      control: 'Every action of every role is on a list with who makes use of it; none is a wildcard.',
      owner: 'product',
      by: ['cdk/pipeline/function-grants.ts', 'cdk/service/service-grants.ts'],
      provenBy: [proof('iam', 'have no action that is not allowed'), proof('iam', 'have no wildcard for an action')],
    },
    {
      subject: 'Amazon CloudWatch',
      control: 'Logs with a set retention, alarms with a runbook each, and a dashboard.',
      owner: 'product',
      by: ['cdk/log-group.ts', 'cdk/monitoring/alarm-set.ts', 'cdk/monitoring/dashboard.ts'],
      provenBy: [proof('security', 'every log is kept for a set time'), proof('monitoring', 'has a runbook')],
    },
    {
      subject: 'VPC flow logs',
      control: 'All traffic of a new VPC, accepted and rejected, goes to a log group of the stack.',
      owner: 'product',
      by: ['cdk/network/scp-network.ts'],
      provenBy: [proof('network', 'logs every flow')],
    },
  ],
};
