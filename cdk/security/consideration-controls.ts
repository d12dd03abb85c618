import { type ControlSection, proof } from './control.ts';

/** What reviewers ask of the design. */
export const considerationControls: ControlSection = {
  title: 'Design',
  controls: [
    {
      subject: 'Deployed in the customer’s account',
      control: 'Everything is a resource of one stack in the customer’s account. No role trusts another account.',
      owner: 'product',
      by: ['cdk/app.ts', 'cdk/templates/templates.ts'],
      provenBy: [proof('iam', 'are taken by services of this account')],
    },
    {
      subject: 'No access for the vendor, no telemetry',
      control:
        'The VPC reaches endpoints of AWS and nothing else; no custom resource runs anything that the stack does not show.',
      owner: 'product',
      by: ['cdk/network/vpc-endpoints.ts', 'cdk/network/gateway-policies.ts'],
      provenBy: [proof('network', 'has no way to the internet'), proof('security', 'is made without custom resources')],
    },
    {
      subject: 'Network isolation: into the service',
      control: 'Peers reach the DICOM port from named networks; tasks take connections from the load balancer alone.',
      owner: 'product',
      by: ['cdk/service/scp-load-balancer.ts', 'cdk/service/front-door-rules.ts'],
      provenBy: [
        proof('network', 'take DICOM and health checks from the load balancer'),
        proof('security', 'takes nothing from everywhere'),
      ],
    },
    {
      subject: 'Network isolation: out of the service',
      control:
        'HTTPS only. The S3 gateway reaches the stack’s buckets and the bucket of ECR’s layers, the DynamoDB gateway the ledger.',
      owner: 'product',
      by: ['cdk/network/gateway-policies.ts', 'cdk/network/vpc-endpoints.ts'],
      provenBy: [proof('network', 'reach the buckets and tables of the stack')],
    },
    {
      subject: 'IAM: least privilege',
      control:
        'Real handlers and the real service were run with a record of what they ask of AWS; grants are equal to the record.',
      owner: 'product',
      by: ['cdk/pipeline/function-grants.ts', 'cdk/service/service-grants.ts'],
      provenBy: [
        proof('grants', 'everything that it asks for'),
        proof('grants', 'nothing that it does not ask for'),
        proof('service-grants', 'is nothing that it does not ask for'),
      ],
    },
    {
      subject: 'IAM: no long-term credentials',
      control: 'No user, access key or secret is created; tasks, pods and functions have roles.',
      owner: 'product',
      by: ['cdk/service/scp-task.ts', 'cdk/eks/workload-role.ts'],
      provenBy: [proof('iam', 'nobody has a password or an access key')],
    },
    {
      subject: 'IAM: for review and change',
      control: 'Policies are written out in templates that are committed; a change of one shows as a difference.',
      owner: 'both',
      by: ['cdk/templates/templates.ts'],
      provenBy: [proof('templates', 'is what the constructs make')],
    },
    {
      subject: 'In transit: peers to the load balancer',
      control:
        'TLS 1.2 and 1.3 with forward secrecy. An internet-facing load balancer without a certificate is refused.',
      owner: 'both',
      by: ['cdk/service/scp-load-balancer.ts', 'cdk/service/front-door-rules.ts'],
      provenBy: [proof('security', 'ends TLS with a modern policy'), proof('settings', 'are refused')],
    },
    {
      subject: 'In transit: between services',
      control: 'Buckets, queues and the topic deny requests without TLS.',
      owner: 'product',
      by: ['cdk/ingest/ingest-buckets.ts', 'cdk/pipeline/guarded-queue.ts', 'cdk/pipeline/notices.ts'],
      provenBy: [
        proof('security', 'every queue refuses plain HTTP'),
        proof('security', 'every topic refuses plain HTTP'),
      ],
    },
    {
      subject: 'In transit: policies and certificates are the customer’s',
      control:
        'The certificate is one of AWS Certificate Manager; the policy is a prop. Certificates are renewed there.',
      owner: 'customer',
      by: ['cdk/dicom-store-scp.ts'],
      provenBy: [proof('security', 'ends TLS with a modern policy')],
    },
    {
      subject: 'At rest: buckets',
      control: 'SSE-KMS with the stack’s or the customer’s key, or SSE-S3 where keys of AWS were chosen.',
      owner: 'product',
      by: ['cdk/ingest/ingest-buckets.ts', 'cdk/keeping.ts'],
      provenBy: [proof('security', 'buckets keep the public and plain HTTP out')],
    },
    {
      subject: 'At rest: tables',
      control: 'KMS throughout: the same key, or the key that AWS manages for the account.',
      owner: 'product',
      by: ['cdk/pipeline/tables.ts'],
      provenBy: [proof('security', 'every table can be restored, is encrypted')],
    },
    {
      subject: 'At rest: HealthImaging',
      control: 'A data store that the stack creates has the same key; an adopted one keeps its own.',
      owner: 'product',
      by: ['cdk/datastore/imaging-datastore.ts'],
      provenBy: [proof('network', 'a created data store has the key of the stack')],
    },
    {
      subject: 'At rest: keys of the customer',
      control: 'One key for all, rotated yearly, usable by roles only by way of the services that keep the data.',
      owner: 'both',
      by: ['cdk/encryption-key.ts', 'cdk/key-use.ts'],
      provenBy: [proof('security', 'keys are rotated'), proof('iam', 'use the key only by way of the services')],
    },
    {
      subject: 'Separation of environments',
      control:
        'The vendor gives an image and templates. Both are copied into the account; nothing is fetched from the vendor at run time.',
      owner: 'product',
      by: ['cdk/service-image.ts', 'cdk/templates/template-stack.ts'],
      provenBy: [proof('network', 'has no way to the internet'), proof('settings', 'are refused with a sentence')],
    },
    {
      subject: 'Logging and visibility',
      control:
        'Service, functions, executions, flows, load balancer and buckets are logged; what may be in a log is a closed type.',
      owner: 'both',
      by: ['cdk/log-group.ts', 'service/telemetry/events.ts', 'cdk/service/access-logs.ts'],
      provenBy: [
        proof('security', 'every log is kept for a set time'),
        proof('security', 'access to buckets is logged'),
      ],
    },
  ],
};
