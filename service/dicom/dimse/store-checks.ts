import { isUid } from '../bytes/uid.ts';
import type { AcceptedContext, Priority, StoreRequest } from '../effects.ts';
import type { CommandSet } from './command-elements.ts';
import { statuses } from './status.ts';

/** A C-STORE-RQ as a request to store, or the status it is refused with. */
export type CheckedStore = { readonly store: StoreRequest } | { readonly refuse: number };

const priorities: ReadonlyMap<number, Priority> = new Map([
  [0, 'medium'],
  [1, 'high'],
  [2, 'low'],
]);

/**
 * Judges the parameters of a C-STORE-RQ (PS3.7 9.1.1.1), answering with the statuses 9.1.1.1.9 has for them:
 * a SOP class that is missing, or not the one the context was agreed for, is one not supported here (0122H);
 * a SOP instance UID that is missing or ill formed is an invalid SOP instance (0117H);
 * a data set that is missing though mandatory (table 9.1-1) is a mistyped argument (0212H).
 */
export function checkStore(
  command: CommandSet,
  messageId: number,
  context: AcceptedContext,
  hasDataSet: boolean,
): CheckedStore {
  const { affectedSopClassUid, affectedSopInstanceUid, moveOriginatorAeTitle, moveOriginatorMessageId } = command;
  if (context.service !== 'storage' || affectedSopClassUid !== context.abstractSyntaxUid) {
    return { refuse: statuses.sopClassNotSupported.code };
  }
  if (affectedSopInstanceUid === undefined || !isUid(affectedSopInstanceUid)) {
    return { refuse: statuses.invalidSopInstance.code };
  }
  if (!hasDataSet) return { refuse: statuses.mistypedArgument.code };
  return {
    store: {
      messageId,
      presentationContextId: context.id,
      sopClassUid: affectedSopClassUid,
      sopInstanceUid: affectedSopInstanceUid,
      transferSyntaxUid: context.transferSyntaxUid,
      priority: priorities.get(command.priority ?? 0) ?? 'medium',
      ...(moveOriginatorAeTitle ? { moveOriginatorAeTitle } : {}),
      ...(moveOriginatorMessageId === undefined ? {} : { moveOriginatorMessageId }),
    },
  };
}
