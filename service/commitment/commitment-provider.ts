import type { Clock } from '../../core/clock.ts';
import type { CommitmentMeaning } from '../../core/commitment.ts';
import { decodeCommitmentRequest } from '../dicom/commitment/decode-request.ts';
import { requestStorageCommitment, storageCommitmentPushModelSopInstanceUid } from '../dicom/commitment/tags.ts';
import { statuses } from '../dicom/dimse/status.ts';
import type { ActionAnswer, ActionRequest } from '../dicom/effects.ts';
import type { Emit } from '../telemetry/events.ts';
import { safeText } from '../telemetry/safe-text.ts';
import { type CommitmentStore, CommitmentTooLarge } from './commitment-store.ts';
import type { AssociationChannel } from './report.ts';
import type { Runner } from './runner.ts';
import { accepted, askedAgain, type Origin } from './transitions.ts';

/** Failure Reason and status 0131H, Duplicate transaction UID (PS3.3 C.14; PS3.7 has no status of its own for it). */
export const duplicateTransactionUid = 0x0131;

export interface CommitmentProviderOptions {
  readonly store: CommitmentStore;
  readonly runner: Pick<Runner, 'take' | 'reportOn'>;
  readonly meaning: CommitmentMeaning;
  readonly maxInstances: number;
  readonly holder: string;
  readonly clock: Clock;
  readonly emit: Emit;
}

export interface AnsweredRequest {
  readonly answer: ActionAnswer;
  /** To be called when the answer was sent: no report comes before it. */
  readonly answered: () => void;
}

interface Outcome extends AnsweredRequest {
  readonly transactionUid?: string;
  readonly instances: number;
}

/** Takes requests for storage commitment (PS3.4 J.3.2). */
export class CommitmentProvider {
  readonly #options: CommitmentProviderOptions;

  constructor(options: CommitmentProviderOptions) {
    this.#options = options;
  }

  /**
   * Judges an N-ACTION and keeps what it asks for: success is answered only once that is durable. Rejects never.
   * @param channel the association of the request, for the report
   */
  async request(
    action: ActionRequest,
    dataSet: Uint8Array,
    origin: Origin,
    channel: AssociationChannel,
  ): Promise<AnsweredRequest> {
    const { emit } = this.#options;
    const outcome = await this.#take(action, dataSet, origin, channel).catch((error): Outcome => {
      if (error instanceof CommitmentTooLarge) return refused(statuses.resourceLimitation.code, 'too many instances');
      emit({ event: 'commitment-trouble', detail: safeText(String(error), 200) });
      return refused(statuses.processingFailure.code, 'the request could not be kept');
    });
    emit({
      event: 'commitment-requested',
      associationId: origin.associationId,
      callingAeTitle: safeText(origin.callingAeTitle, 16),
      transactionUid: outcome.transactionUid === undefined ? undefined : safeText(outcome.transactionUid),
      instances: outcome.instances,
      status: outcome.answer.status,
    });
    return outcome;
  }

  async #take(
    action: ActionRequest,
    dataSet: Uint8Array,
    origin: Origin,
    channel: AssociationChannel,
  ): Promise<Outcome> {
    const { store, runner, meaning, maxInstances, holder, clock } = this.#options;
    if (action.sopInstanceUid !== storageCommitmentPushModelSopInstanceUid) {
      return refused(statuses.noSuchSopInstance.code, 'not the well-known SOP instance');
    }
    if (action.actionTypeId !== requestStorageCommitment) {
      return refused(statuses.noSuchActionType.code, 'Action Type ID is not 1');
    }
    const decoded = decodeCommitmentRequest(dataSet, action.transferSyntaxUid, maxInstances);
    if ('refuse' in decoded) return { answer: decoded.refuse, answered: () => undefined, instances: 0 };
    const fresh = accepted(decoded.request, origin, meaning, holder, clock.nowMs());
    const { transactionUid } = fresh;
    const about = { transactionUid, instances: fresh.references.length };
    const success = (answered: () => void): Outcome => ({ ...about, answer: { status: 0 }, answered });
    if (await store.create(fresh)) return success(() => runner.take(fresh, channel));
    const known = await store.find(transactionUid);
    if (known === undefined) throw new Error('a transaction that is there cannot be found');
    const again = askedAgain(known, fresh);
    if (again === 'duplicate') return { ...refused(duplicateTransactionUid, 'duplicate Transaction UID'), ...about };
    if (again === 'unchanged') return success(() => runner.reportOn(transactionUid, channel));
    // Another process that is at it at the same moment serves as well.
    const isOurs = await store.replace(again);
    return success(() => (isOurs ? runner.take(again, channel) : runner.reportOn(transactionUid, channel)));
  }
}

const refused = (status: number, errorComment: string): Outcome => ({
  answer: { status, errorComment },
  answered: () => undefined,
  instances: 0,
});
