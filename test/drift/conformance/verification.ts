import { statuses } from '../../../service/dicom/dimse/status.ts';
import { verificationSopClassUid } from '../../../service/dicom/uids.ts';
import { hex16 } from './markdown.ts';
import type { ServiceSection } from './service-section.ts';

const { success, sopClassNotSupported } = statuses;

export const verification: ServiceSection = {
  service: 'verification',
  name: 'Verification',
  sopClassUid: verificationSopClassUid,
  abstractSyntaxes: `Verification \`${verificationSopClassUid}\``,
  operations: 'C-ECHO',
  description: `A C-ECHO is answered at once, by the process that has the association. It says that the process lives and that the
caller was let in; it does not say that the store can be reached. For that there is \`/readyz\` on the admin port.`,
  statuses: [
    [hex16(success.code), success.meaning, 'always, on a context of Verification', ''],
    [
      hex16(sopClassNotSupported.code),
      sopClassNotSupported.meaning,
      'the C-ECHO came on a presentation context of another service',
      'send it on a context of Verification',
    ],
  ],
  initiates: '',
  specifics: '',
};
