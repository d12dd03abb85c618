import type { ObjectMetadata } from '../../core/object-store.ts';
import type { InstanceFields } from '../telemetry/events.ts';
import { safeText } from '../telemetry/safe-text.ts';

type Identity = Pick<
  ObjectMetadata,
  'callingAeTitle' | 'sopClassUid' | 'sopInstanceUid' | 'studyInstanceUid' | 'transferSyntaxUid'
>;

/** What every event about an instance tells of it. */
export function instanceFields(associationId: string, instance: Identity): InstanceFields {
  return {
    associationId,
    callingAeTitle: safeText(instance.callingAeTitle, 16),
    sopClassUid: safeText(instance.sopClassUid),
    sopInstanceUid: safeText(instance.sopInstanceUid),
    studyInstanceUid: safeText(instance.studyInstanceUid),
    transferSyntaxUid: safeText(instance.transferSyntaxUid),
  };
}
