import { settings } from '../../../core/config.ts';
import { deployment } from '../../../core/deployment.ts';
import { implementation } from '../../../core/implementation.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { table } from './markdown.ts';
import { identityTable, leniencyTable, negotiationTable, policyTable, timerTable, tlsTable } from './network.ts';
import { abortTable, rejectionTable } from './rejections.ts';
import { type ServiceSection, serviceText } from './service-section.ts';
import { contextTable, currentSopClasses, retiredSopClasses, transferSyntaxTable } from './sop-classes.ts';

/** Services of DICOM that a reader may look for and that are not there, unless a section is. */
const absent = [
  'Storage Commitment',
  'Query/Retrieve',
  'Modality Worklist',
  'Modality Performed Procedure Step',
  'Print Management',
  'Instance Availability Notification',
];

const configured = [
  'aeTitles',
  'requireCalledAeTitle',
  'callingAeTitles',
  'port',
  'tlsPort',
  'tlsProfile',
  'peersFile',
  'unknownPeers',
  'strict',
] as const;

/** The DICOM Conformance Statement (PS3.2 Annex N) of a service that has these sections. */
export function conformanceStatement(sections: readonly ServiceSection[]): string {
  const isThere = (name: string) => sections.some((section) => section.name === name);
  return `# DICOM Conformance Statement

DICOM Store SCP for AWS HealthImaging ${packageJson.version}. The form is that of PS3.2 Annex N; numbers of headings are left out. This
page is made from the tables that the service runs by (\`npm run docs\`), and a test holds it against them.

## Conformance Statement Overview

The product receives instances of any storage SOP class over the DICOM network, makes them durable in Amazon S3, and has
them imported into AWS HealthImaging. ${sections.some(({ initiates }) => initiates !== '') ? 'It initiates associations ([Association policies](#association-policies)).' : 'It initiates no association.'} It reads and writes no media.

### Network services

${table(
  ['service', 'SCU', 'SCP', 'operations'],
  [
    ...sections.map(({ name, operations }) => [name, 'no', 'yes', operations]),
    ...absent.filter((name) => !isThere(name)).map((name) => [name, 'no', 'no', '']),
  ],
)}

### Content and transfer

Storage SOP classes, none of which is preferred. Not listed, and taken as well: storage SOP classes that are younger than
the table, since the standard numbers them below \`1.2.840.10008.5.1.4.1.1.\`; private SOP classes, which are UIDs outside of
\`1.2.840.10008.\`; and what a peer declares to be of storage by Common Extended Negotiation.

<details><summary>Storage SOP classes in force</summary>

${currentSopClasses()}

</details>

<details><summary>Storage SOP classes that are retired</summary>

${retiredSopClasses()}

</details>

### Transfer syntaxes

In the order in which one is chosen when a peer offers several for one presentation context: first what AWS HealthImaging
keeps as it is sent, then what is compressed without loss, then the others. The data set is kept in the transfer syntax of
its context; nothing is transcoded on reception.

${transferSyntaxTable(sections)}

## Introduction

**Audience.** Who connects modalities or archives to the product: service engineers, integrators, administrators of
hospital networks. Knowledge of DICOM is assumed.

**Remarks.** This statement describes what the product does; it does not replace tests with the equipment that is to be
connected. \`test/interop\` has the implementations that the tests of this repository speak with. The product is not a
medical device. AWS HealthImaging is a service of its own; what it imports is described by AWS.

**Terms.** AE: application entity. SCP, SCU: provider and user of a service. Batch: what is imported together.

## Implementation model

\`\`\`mermaid
flowchart LR
  modality([modality or archive]) -- "${sections.map(({ operations }) => operations).join(', ')}" --> scp
  subgraph product [product]
    scp[Store SCP AE]
    pipeline[import pipeline]
  end
  scp -- Part 10 files, manifests --> s3[(Amazon S3)]
  s3 --> pipeline
  pipeline -- import jobs --> ahi[(AWS HealthImaging)]
\`\`\`

There is one application entity. It may answer to several AE titles, which lead to one behaviour and may lead to different
data stores ([routes.md](routes.md)). It waits for associations on a TCP port, on a second one with TLS, or on both. Several
processes may run behind one load balancer: they share nothing that a peer could notice.

The pipeline is not a DICOM application entity: it uses the API of AWS HealthImaging.
${sections.map((section) => `\n### ${section.name} SCP\n\n${firstSentence(section)}`).join('\n')}

## Service and interoperability description

${sections.map((section) => `### ${section.name}\n\n${serviceText(section)}`).join('\n\n')}

## Configuration

Everything is set by environment variables and files that they name; none of it over DICOM. All settings are in
[configuration.md](configuration.md).

${table(
  ['setting', 'meaning'],
  settings()
    .filter(({ name }) => (configured as readonly string[]).includes(name))
    .map(({ env, description }) => [`\`${env}\``, description]),
)}

The ports are ${deployment.ports.dicom.port} without and ${deployment.ports.tls.port} with TLS unless they are set otherwise. Remote AE titles with their addresses are in the peers file ([peers.md](peers.md)); no address of a peer is needed to receive from it.

## Network and media communication details

### Association policies

${policyTable(sections)}

### Presentation contexts

${contextTable(sections)}

A context that no transfer syntax fits is refused with result 4, one of another abstract syntax with result 3. An
association none of whose contexts is accepted stands all the same; the peer may release it.

### User information

${negotiationTable()}

### Association rejection

Result 1 is permanent, 2 transient. Source 1 is the service user, 2 the ACSE, 3 the presentation layer.

${rejectionTable()}

### Association abort

What a peer hears when it breaks the protocol; what each code means is in [upper-layer.md](upper-layer.md). A timer that
expires aborts with source 0, reason 0.

${abortTable()}

### What is tolerated

Each of these is counted and logged. \`SCP_STRICT\`, or \`strict\` of a peer, refuses all of them.

${leniencyTable()}

### Timers

${timerTable()}

### Implementation identifying information

Implementation Class UID \`${implementation.classUid}\`, Implementation Version Name \`${implementation.versionName}\`, in the
A-ASSOCIATE-AC and in the File Meta Information of the files that are written.

### Part 10 files

The files in the store have a preamble of zeros and File Meta Information with Media Storage SOP Class and Instance UID,
Transfer Syntax UID, the implementation above, and Source and Receiving Application Entity Title. No DICOMDIR is written.

## Character sets

Data sets of any Specific Character Set (0008,0005) are kept as they are; no text is converted or shown. Error Comments
are of the default repertoire.

## Security

### Secure transport connection

${tlsTable()}

A client's certificate is asked for by \`SCP_TLS_CLIENT_CERTIFICATE\` and held against the peers file. A connection without TLS
on the port for TLS, and one with TLS on the port without, is closed at once. Associations for reports of storage commitment
use TLS by the same profile where the peers file says so, and verify the peer's certificate.

### Association level

AE titles, addresses, certificates and user identities are judged as [peers.md](peers.md) says.

${identityTable()}

### Audit trail

Off unless \`SCP_AUDIT\` is set. Audit messages of PS3.15 A.5 (Application Activity, DICOM Instances Transferred, Security
Alert) as lines of JSON, or as XML by syslog over TLS to an audit record repository, without patients' data:
[audit.md](audit.md).

### Attribute confidentiality

No de-identification. No patient data is in logs, metrics, traces or object keys.
`;
}

const firstSentence = ({ description }: ServiceSection): string =>
  `${description.replaceAll('\n', ' ').split(/(?<=\.) /)[0] ?? ''}`;
