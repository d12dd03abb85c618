import { type Control, type ControlSection, type Proof, proof } from './control.ts';

/** What customers should do, and what the stack gives them for it. */
const customer = (subject: string, control: string, by: readonly string[], ...provenBy: readonly Proof[]): Control => ({
  subject,
  control,
  owner: 'customer',
  by,
  provenBy,
});

export const customerControls: readonly ControlSection[] = [
  {
    title: 'For the customer: network',
    controls: [
      customer(
        'DICOM from trusted sources only',
        'Name the networks of modalities and PACS in `clientCidrs`. None, and all, are refused.',
        ['cdk/service/front-door-rules.ts'],
        proof('settings', 'are refused'),
        proof('security', 'takes nothing from everywhere'),
      ),
      customer(
        'CIDR blocks or security groups',
        'Further rules can be added to the group in the output `ClientsSecurityGroup`, also for other groups of the VPC.',
        ['cdk/outputs.ts', 'cdk/templates/client-networks.ts'],
        proof('templates', 'the pattern of client networks'),
      ),
      customer(
        'Flow logs',
        'On in a new VPC. In an existing VPC, turn them on.',
        ['cdk/network/scp-network.ts'],
        proof('network', 'logs every flow'),
      ),
      customer(
        'PrivateLink and endpoints',
        'A new VPC has endpoints for every service that is spoken to. docs/deploy-aws.md lists what an existing one needs.',
        ['cdk/network/vpc-endpoints.ts'],
        proof('network', 'has an endpoint for every service'),
      ),
    ],
  },
  {
    title: 'For the customer: access',
    controls: [
      customer(
        'Least privilege for all roles',
        'Roles of the stack have it. Roles of people who operate it are the customer’s: docs/security.md says what they need.',
        ['cdk/pipeline/function-grants.ts'],
        proof('grants', 'nothing that it does not ask for'),
      ),
      customer(
        'Review before production',
        'Read `test/cdk/support/allowed-actions.ts`: every action of every role with its reason.',
        ['test/cdk/support/allowed-actions.ts'],
        proof('iam', 'has nothing that no template makes use of'),
      ),
      customer(
        'Policy conditions',
        'Trust has source conditions, keys are bound to services, listing to prefixes. Add permission boundaries or SCPs of your own.',
        ['cdk/datastore/data-access-role.ts', 'cdk/key-use.ts', 'cdk/eks/workload-role.ts'],
        proof('iam', 'are taken by services of this account'),
      ),
      customer(
        'CloudTrail',
        'Turn on a trail, with data events for the landing and results buckets. The stack logs access to buckets besides.',
        ['cdk/ingest/ingest-buckets.ts'],
        proof('security', 'access to buckets is logged'),
      ),
    ],
  },
  {
    title: 'For the customer: encryption',
    controls: [
      customer(
        'TLS for DICOM',
        'Give a certificate. Without one, keep peers behind a VPN or Direct Connect, or let the service end TLS itself.',
        ['cdk/service/scp-load-balancer.ts'],
        proof('security', 'ends TLS with a modern policy'),
      ),
      customer(
        'Review of encryption at rest',
        'The rule packs of HIPAA and NIST 800-53 R5 judge every synthesis; what they find must be acknowledged with a reason.',
        ['cdk/nag-packs.ts', 'cdk/acknowledgements.ts'],
        proof('security', 'the rule packs find nothing that is not acknowledged'),
      ),
      customer(
        'Customer-managed keys',
        'The default. Give `encryptionKey` to use one that exists.',
        ['cdk/keeping.ts', 'cdk/encryption-key.ts'],
        proof('security', 'keys are rotated'),
      ),
      customer(
        'Organizational and regulatory requirements',
        'Compare this matrix with them; docs/security.md gives the flows of PHI to begin with.',
        ['cdk/security/render.ts'],
        proof('security-document', 'is the one that the data gives'),
      ),
    ],
  },
  {
    title: 'For the customer: monitoring',
    controls: [
      customer(
        'Logs of functions and tasks',
        'On. Ship them to where the organization reads logs.',
        ['cdk/pipeline/functions.ts', 'cdk/service/scp-task.ts'],
        proof('security', 'every function logs to a group of the stack'),
      ),
      customer(
        'Retention',
        'A year, unless `logRetention` says otherwise.',
        ['cdk/log-group.ts'],
        proof('security', 'every log is kept for a set time'),
      ),
      customer(
        'Alarms',
        'Subscribe to the topic of notices, which every alarm and every batch that needs attention tells.',
        ['cdk/monitoring/pipeline-alarms.ts', 'cdk/monitoring/service-alarms.ts', 'cdk/pipeline/notices.ts'],
        proof('monitoring', 'tells the topic'),
      ),
      customer(
        'Regular review of logs',
        'docs/security.md says what to look for: refused associations, unknown peers, denied requests.',
        ['service/telemetry/events.ts'],
        proof('security-document', 'has a section'),
      ),
    ],
  },
  {
    title: 'For the customer: validation',
    controls: [
      customer(
        'Parameters',
        'Each says what it is; unknown and contradictory ones fail before anything is deployed.',
        ['cdk/app-settings.ts', 'cdk/templates/template-stack.ts'],
        proof('settings', 'are refused with a sentence'),
        proof('templates', 'says of every parameter what it is'),
      ),
      customer(
        'A test deployment first',
        'Deploy a second stack under another name; nothing has a fixed name.',
        ['cdk/app-settings-schema.ts'],
        proof('network', 'has no name that another stack could take'),
      ),
      customer(
        'Validate groups, policies and network',
        '`cdk diff`, the committed templates and the tests of this repository show them.',
        ['cdk/templates/main.ts'],
        proof('templates', 'is what the constructs make'),
      ),
      customer(
        'Document decisions and deviations',
        'Keep the settings in cdk.json under version control; acknowledgements carry their reasons.',
        ['cdk/acknowledgements.ts'],
        proof('security', 'are all of something that is found'),
      ),
    ],
  },
  {
    title: 'For the customer: operation',
    controls: [
      customer(
        'Import jobs and errors',
        'The ledger has the fate of every instance; alarms and notices say when to look, runbooks what to do.',
        ['cdk/pipeline/notices.ts', 'cdk/monitoring/pipeline-alarms.ts'],
        proof('monitoring', 'has a runbook'),
      ),
      customer(
        'Incident response',
        'docs/security.md has a plan to adopt: close the door, keep the evidence, find what was touched.',
        ['docs/security.md'],
        proof('security-document', 'has a section'),
      ),
      customer(
        'Review of permissions and network',
        'At each release: read the difference of the committed templates.',
        ['cdk/templates/templates.ts'],
        proof('templates', 'is what the constructs make'),
      ),
      customer(
        'Keep templates and images up to date',
        'A release is an image, templates and code under a prefix of its own. A failed deployment is taken back by itself.',
        ['cdk/service/fargate-scp.ts', 'cdk/templates/bundle-functions.ts'],
        proof('security', 'is replaced without loss'),
      ),
    ],
  },
  {
    title: 'For the customer: compliance',
    controls: [
      customer(
        'Which regulations apply',
        'For the customer to determine: HIPAA, GDPR and others. Nothing here is a legal statement.',
        ['docs/security.md'],
        proof('security-document', 'has a section'),
      ),
      customer(
        'Configuration to requirements',
        'Regions, keys, retention and networks are settings.',
        ['cdk/app-settings-schema.ts'],
        proof('settings', 'are refused with a sentence'),
      ),
      customer(
        'Assessments and audits',
        'This matrix, the rule packs’ reports and the tests are material for them, not a substitute.',
        ['cdk/nag-packs.ts'],
        proof('security', 'the rule packs find nothing that is not acknowledged'),
      ),
      customer(
        'Documentation for review',
        'docs/security.md is held against the code by a test, so that it says what is deployed.',
        ['cdk/security/render.ts'],
        proof('security-document', 'is the one that the data gives'),
      ),
      customer(
        'Additional controls',
        'Constructs take the customer’s VPC, key, certificate and data store; policies can be added to what they expose.',
        ['cdk/dicom-store-scp.ts'],
        proof('settings', 'props of the construct'),
      ),
    ],
  },
];
