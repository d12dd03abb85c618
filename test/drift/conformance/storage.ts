import { StoreFault, type StoreFaultCode } from '../../../core/object-store.ts';
import { type StatusName, statuses } from '../../../service/dicom/dimse/status.ts';
import { boundedAttributes, requiredUids, tooLarge } from '../../../service/ingest/checks/import-problem.ts';
import { type Refusal, refusalFor, refusals } from '../../../service/ingest/refusal.ts';
import { hex16, table, tagText } from './markdown.ts';
import type { ServiceSection, StatusRow } from './service-section.ts';

const again = 'keep the instance and send it again later';
const never = 'correct the instance: sending it again as it is gives the same answer';

const byProtocol = (name: StatusName, when: string): StatusRow => [
  hex16(statuses[name].code),
  statuses[name].meaning,
  when,
  'correct the request',
];

function byReceiver({ status, comment }: Refusal, when: string, then: string): StatusRow {
  const [, definition] =
    Object.entries(statuses).find(
      ([, { code, ...range }]) => status >= code && status <= ('upTo' in range ? range.upTo : code),
    ) ?? [];
  if (definition === undefined) throw new Error(`no status ${hex16(status)}`);
  return [hex16(status), definition.meaning, `${when}. Error Comment: "${comment}"`, then];
}

/** What each fault of the store is; the record makes a missing one an error of types. */
const storeFaults: Readonly<Record<StoreFaultCode, string>> = {
  STORE_UNAVAILABLE: 'the store cannot be reached or answers with an error',
  STORE_FULL: 'the volume of the spool or of the folder store is full',
  STORE_DENIED: 'the store refuses the credentials or the permissions of the service',
  STORE_TIMEOUT: 'the store did not confirm within `SCP_STORE_DEADLINE_MS`',
  STORE_CORRUPT: 'the checksum that the store computed is another one',
};

const statusRows: readonly StatusRow[] = [
  [
    hex16(statuses.success.code),
    statuses.success.meaning,
    'the instance is durable (see above)',
    'it may delete its copy',
  ],
  byProtocol('invalidSopInstance', 'Affected SOP Instance UID is missing or not a UID'),
  byReceiver(refusals.uidUnusable, 'a UID cannot stand in the File Meta Information', never),
  byProtocol('sopClassNotSupported', 'Affected SOP Class UID is missing, or not that of the presentation context'),
  byProtocol('duplicateInvocation', 'the Message ID is that of an operation that is outstanding'),
  byProtocol('unrecognizedOperation', 'the command is none that is performed here'),
  byProtocol('mistypedArgument', 'the request has no data set'),
  byReceiver(refusals.bug, 'an error of this service that nobody foresaw', again),
  ...(Object.keys(storeFaults) as StoreFaultCode[]).map((code) =>
    byReceiver(refusalFor(new StoreFault(code, '', { retryable: true })), storeFaults[code], again),
  ),
  byReceiver(refusals.sopClassDiffers, 'SOP Class UID (0008,0016) is not that of the request', never),
  byReceiver(refusals.sopInstanceDiffers, 'SOP Instance UID (0008,0018) is not that of the request', never),
  byReceiver(
    refusals.unreadable('<reason>'),
    'the data set cannot be parsed as far as its UIDs in the transfer syntax of the context',
    never,
  ),
];

const checked = [...requiredUids, ...boundedAttributes].map(({ problem }) => problem);
const checkRows = [...checked, tooLarge].map(({ refusal }) => [
  hex16(refusal.status),
  refusal.comment,
  refusal.offendingElements.map(tagText).join(' '),
]);

export const storage: ServiceSection = {
  service: 'storage',
  name: 'Storage',
  sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
  abstractSyntaxes:
    'every storage SOP class of the tables [above](#content-and-transfer), every other one below `1.2.840.10008.5.1.4.1.1.`, every private one',
  operations: 'C-STORE',
  description: `Success (0000) is answered only after the instance is durable: with \`SCP_ACK=stored\` when the object store has
confirmed its bytes with a checksum, with \`SCP_ACK=spooled\` when file and name are flushed to a local volume. Until then
the peer has no response. An instance that is refused leaves nothing behind.

- **Level of conformance**: Level 2 (Full). All attributes are kept, private ones too. Digital signatures are preserved,
  since no byte of the data set is changed; they are not verified.
- **Coercion**: none. No element is changed, added or removed; no warning status is given. A Part 10 header is put in
  front of the data set.
- **The same SOP Instance UID again**: within a batch, with the same bytes, it is kept once and answered with success; with
  other bytes it is kept beside the first. In a later batch it is kept again. Nothing is overwritten in the store. By AWS's documentation the later import of a SOP
  instance makes a new version of its image set.
- **Retrieval**: there is none over DIMSE. Instances are imported into AWS HealthImaging, which offers DICOMweb and an API
  of its own. They stay in the bucket until a lifecycle rule of the operator removes them.
- **Checks**: SOP Class UID and SOP Instance UID of the data set are compared with the request. Values of patients'
  attributes are never read.`,
  statuses: statusRows,
  initiates: '',
  specifics: `Error Comment (0000,0902) goes with every failure that the receiver decides, Offending Element (0000,0901) where one
element is to blame. With \`SCP_IMPORT_CHECKS=reject\` instances that AWS HealthImaging would not import are refused, too; by
default they are kept and told of to the operator:

${table(['status', 'Error Comment', 'Offending Element'], checkRows)}`,
};
