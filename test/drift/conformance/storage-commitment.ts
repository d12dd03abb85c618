import { parseConfig } from '../../../core/config.ts';
import { duplicateTransactionUid } from '../../../service/commitment/commitment-provider.ts';
import { eventTypes, failureReasons, requestStorageCommitment } from '../../../service/dicom/commitment/tags.ts';
import { type StatusName, statuses } from '../../../service/dicom/dimse/status.ts';
import { storageCommitmentPushModelSopClassUid } from '../../../service/dicom/uids.ts';
import { durationText, hex16, table } from './markdown.ts';
import type { ServiceSection, StatusRow } from './service-section.ts';

const { commitmentMaxInstances, commitmentAbsentAfterMs, commitmentDecideWithinMs, commitmentReportWithinMs } =
  parseConfig({ SCP_FOLDER: 'x' });

const correct = 'correct the request';
const row = (name: StatusName, when: string, then = correct): StatusRow => [
  hex16(statuses[name].code),
  statuses[name].meaning,
  when,
  then,
];

const statusRows: readonly StatusRow[] = [
  row('success', 'the request is kept durably; or the same one was before', 'wait for the report'),
  row(
    'processingFailure',
    'the request could not be kept just now, or its data set cannot be read. The Error Comment says which',
    'ask again later; correct a data set that cannot be read',
  ),
  row('noSuchSopInstance', 'Requested SOP Instance UID is missing or not the well-known one'),
  row('invalidArgumentValue', 'Transaction UID, or a referenced UID, is missing or ill formed; no instance is named'),
  row('noSuchSopClass', 'Requested SOP Class UID is not that of the presentation context'),
  row('noSuchActionType', `Action Type ID is missing or not ${requestStorageCommitment}`),
  [
    hex16(duplicateTransactionUid),
    'Duplicate transaction UID',
    'the Transaction UID is in use for other instances, or by another peer',
    'ask with another Transaction UID',
  ],
  row('duplicateInvocation', 'the Message ID is that of an operation that is outstanding'),
  row('unrecognizedOperation', 'the command is none that is performed here'),
  row('mistypedArgument', 'the request has no data set'),
  row(
    'resourceLimitation',
    `more than \`SCP_COMMITMENT_MAX_INSTANCES\` instances (${commitmentMaxInstances.toLocaleString('en-US')}), or more than there is room for`,
    'ask with several smaller requests',
  ),
];

/** When each failure reason is reported; the record makes a missing one an error of types. */
const reasons: Readonly<Record<keyof typeof failureReasons, readonly [meaning: string, when: string]>> = {
  processingFailure: [
    'Processing failure',
    `with \`imported\`: its import failed, or was not over within \`SCP_COMMITMENT_DECIDE_WITHIN_MS\` (${durationText(commitmentDecideWithinMs)})`,
  ],
  noSuchObjectInstance: [
    'No such object instance',
    `it was not found for \`SCP_COMMITMENT_ABSENT_AFTER_MS\` (${durationText(commitmentAbsentAfterMs)}), or its object is gone`,
  ],
  classInstanceConflict: ['Class-instance conflict', 'it is here, with another SOP class'],
};

const reasonRows = (Object.keys(reasons) as (keyof typeof failureReasons)[]).map((name) => [
  hex16(failureReasons[name]),
  ...reasons[name],
]);

export const storageCommitment: ServiceSection = {
  service: 'storage-commitment',
  name: 'Storage Commitment',
  sopClassUid: storageCommitmentPushModelSopClassUid,
  abstractSyntaxes: `Storage Commitment Push Model \`${storageCommitmentPushModelSopClassUid}\`, where \`SCP_COMMITMENT\` is not \`off\``,
  operations: 'N-ACTION, N-EVENT-REPORT',
  description: `A request for storage commitment (Push Model, PS3.4 Annex J) is kept durably, answered with success, and reported on
as soon as it is known of every instance whether it is committed. The service is off unless \`SCP_COMMITMENT\` says what
committed means: with \`stored\` the object store has the instance, with \`imported\` AWS HealthImaging has it.
[storage-commitment.md](storage-commitment.md) has the whole of it.

- **Who may ask**: peers of the peers file, and others where \`SCP_COMMITMENT_UNKNOWN_PEERS\` is \`allow\`. The contexts of others
  are refused with result 1; where the service is off, with result 3.
- **The same request again**, with the same Transaction UID, the same instances and from the same AE title, is answered with
  success, and its report comes once more or sooner.
- **Retention, capacity, retrieval**: those of Amazon S3 and AWS HealthImaging. Retrieve AE Title (0008,0054) and Storage
  Media attributes are not sent.`,
  statuses: statusRows,
  initiates: 'for reports of storage commitment',
  specifics: `#### Reports

Event Type ID ${eventTypes.successful} says that every instance is committed, ${eventTypes.failuresExist} that failures exist. A report goes on the association of the
request while that is open and idle. Otherwise an association is opened to the address that the peers file has for the
peer (\`commitment\`), calling the AE title that asked by the title that it asked. On it one presentation context is
proposed, with Explicit and Implicit VR Little Endian, and by role selection that this service is SCP and not SCU. A peer
that answers no role selection is sent the report all the same; one that refuses the role is not.

An answer of success or of a warning ends it. After any other, and after none, the report is sent again after 5 to 10 s and
then at intervals that double up to half an hour, for \`SCP_COMMITMENT_REPORT_WITHIN_MS\` (${durationText(commitmentReportWithinMs)}). It may come twice.

${table(['Failure Reason (0008,1197)', 'meaning', 'when'], reasonRows)}`,
};
