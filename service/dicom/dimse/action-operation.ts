import { ByteGatherer } from '../bytes/byte-gatherer.ts';
import type { AcceptedContext, ActionRequest } from '../effects.ts';
import type { CommandSet } from './command-elements.ts';
import type { DataSetUse } from './data-set-use.ts';
import { statuses } from './status.ts';

/** The data set of a Storage Commitment request for some 50,000 instances fits. */
export const maxActionBytes = 8 * 1024 * 1024;

/** An N-ACTION-RQ as a request, or the status it is refused with (PS3.7 10.1.4.1). */
export type CheckedAction = { readonly action: ActionRequest } | { readonly refuse: number };

/** Judges the parameters of an N-ACTION-RQ. */
export function checkAction(
  command: CommandSet,
  messageId: number,
  context: AcceptedContext,
  hasDataSet: boolean,
): CheckedAction {
  const { requestedSopClassUid, requestedSopInstanceUid, actionTypeId } = command;
  if (context.service !== 'storage-commitment') return { refuse: statuses.unrecognizedOperation.code };
  if (requestedSopClassUid !== context.abstractSyntaxUid) return { refuse: statuses.noSuchSopClass.code };
  if (requestedSopInstanceUid === undefined) return { refuse: statuses.noSuchSopInstance.code };
  if (actionTypeId === undefined) return { refuse: statuses.noSuchActionType.code };
  if (!hasDataSet) return { refuse: statuses.mistypedArgument.code };
  return {
    action: {
      messageId,
      presentationContextId: context.id,
      sopClassUid: requestedSopClassUid,
      sopInstanceUid: requestedSopInstanceUid,
      actionTypeId,
      transferSyntaxUid: context.transferSyntaxUid,
    },
  };
}

/** Keeps the data set of an N-ACTION whole and gives it to `complete`, or calls `tooLarge`. */
export class ActionOperation implements DataSetUse {
  readonly #gathered = new ByteGatherer();
  readonly #complete: (dataSet: Uint8Array) => void;
  readonly #tooLarge: () => void;
  #fits = true;

  constructor(complete: (dataSet: Uint8Array) => void, tooLarge: () => void) {
    this.#complete = complete;
    this.#tooLarge = tooLarge;
  }

  take(bytes: Uint8Array): void {
    this.#fits &&= this.#gathered.length + bytes.length <= maxActionBytes;
    if (this.#fits) this.#gathered.add(bytes, 0, bytes.length);
    else this.#gathered.take();
  }

  end(): void {
    if (this.#fits) this.#complete(this.#gathered.take());
    else this.#tooLarge();
  }

  cancel(): void {
    this.#gathered.take();
  }
}
