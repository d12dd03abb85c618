import type { AnsweredRequest } from '../commitment/commitment-provider.ts';
import type { AssociationChannel, ChannelAnswer } from '../commitment/report.ts';
import type { Acceptor } from '../dicom/acceptor.ts';
import type { ActionRequest, Association, Effect } from '../dicom/effects.ts';

/** Takes the requests for storage commitment of one association. */
export type CommitmentDesk = (
  action: ActionRequest,
  dataSet: Uint8Array,
  association: Association,
  channel: AssociationChannel,
) => Promise<AnsweredRequest>;

/** Carries reports to a peer on the association that it opened, one at a time. */
export class ReportChannels {
  readonly #acceptor: Acceptor;
  readonly #run: (effects: readonly Effect[]) => void;
  #waiting: ((answer: ChannelAnswer) => void) | undefined;

  constructor(acceptor: Acceptor, run: (effects: readonly Effect[]) => void) {
    this.#acceptor = acceptor;
    this.#run = run;
  }

  /** The way for reports on this request. */
  channel({ presentationContextId, transferSyntaxUid }: ActionRequest): AssociationChannel {
    return {
      isOpen: () => this.#acceptor.state === 'established',
      report: ({ sopInstanceUid, eventTypeId, encode }) =>
        new Promise((resolve) => {
          const dataSet = encode(transferSyntaxUid);
          const effects = this.#acceptor.reportEvent({ presentationContextId, sopInstanceUid, eventTypeId, dataSet });
          if (effects === undefined) {
            resolve({ kind: 'unable' });
            return;
          }
          this.#waiting = resolve;
          this.#run(effects);
        }),
    };
  }

  /** The peer has answered, or never will. */
  answered(answer: ChannelAnswer): void {
    this.#waiting?.(answer);
    this.#waiting = undefined;
  }
}
