import { MessageAssembler } from './dimse/message-assembler.ts';
import { ServiceProvider } from './dimse/service-provider.ts';
import type { ActionAnswer, Effect, Emit, EventReport, StoreAnswer } from './effects.ts';
import { PeerFault } from './errors.ts';
import type { AssociationPolicy } from './negotiation/association-policy.ts';
import { checkApplicationContext } from './negotiation/checks.ts';
import { type Implementation, negotiate } from './negotiation/negotiate.ts';
import type { AbortCause } from './pdu/codes.ts';
import type { LeniencyKind } from './pdu/leniency.ts';
import type { AssociateRq } from './pdu/types.ts';
import type { State } from './upper-layer/states.ts';
import {
  type AssociateResponse,
  abortByUser,
  type ServiceUser,
  UpperLayer,
  type UpperLayerLimits,
} from './upper-layer/upper-layer.ts';

export interface AcceptorOptions extends Implementation, UpperLayerLimits {
  readonly policy: AssociationPolicy;
}

/**
 * One association, on the side that accepts it: bytes of the peer in, effects for the world out.
 * Every method returns the effects in the order they are to be carried out. None throws for anything a peer can send.
 */
export class Acceptor {
  readonly #options: AcceptorOptions;
  readonly #upperLayer: UpperLayer;
  #assembler: MessageAssembler | undefined;
  #provider: ServiceProvider | undefined;
  #isOpened = false;
  #isStrict = false;
  #effects: Effect[] = [];

  constructor(options: AcceptorOptions) {
    this.#options = options;
    const user: ServiceUser = {
      associate: (request, echoed, leniencies) => this.#associate(request, echoed, leniencies),
      valueHeader: (contextId, control) => this.#assembler?.valueHeader(contextId, control),
      fragment: (chunk, start, end) => this.#assembler?.fragment(chunk, start, end),
      valueEnd: () => this.#assembler?.valueEnd(),
      releaseAsked: () => this.#releaseAsked(),
      ended: () => this.#ended(),
      tolerate: this.#tolerate,
    };
    this.#upperLayer = new UpperLayer(user, options, this.#emit);
  }

  get state(): State {
    return this.#upperLayer.state;
  }

  /** How many C-STORE operations have begun and are not answered. */
  get pendingStores(): number {
    return this.#provider?.pendingStores ?? 0;
  }

  /** The transport connection is there: starts ARTIM. The first `receive` does it if nobody did before. */
  transportOpened(): readonly Effect[] {
    this.#open();
    return this.#flush();
  }

  /** Takes what the transport brought, cut anywhere. `store-data` effects point into `chunk`. */
  receive(chunk: Uint8Array): readonly Effect[] {
    this.#open();
    this.#upperLayer.receive(chunk);
    return this.#flush();
  }

  /**
   * Answers a C-STORE in one `send`. Before its data set is complete, the answer is kept and the rest drained.
   * A message ID that is not pending (the association may have died meanwhile) has no effect.
   */
  answerStore(messageId: number, answer: StoreAnswer): readonly Effect[] {
    this.#provider?.answerStore(messageId, answer);
    this.#releaseIfIdle();
    return this.#flush();
  }

  /** Answers an N-ACTION, as `answerStore` does a C-STORE. */
  answerAction(messageId: number, answer: ActionAnswer): readonly Effect[] {
    this.#provider?.answerAction(messageId, answer);
    this.#releaseIfIdle();
    return this.#flush();
  }

  /**
   * Sends an N-EVENT-REPORT, whose answer comes as `event-report-answered`, or answers undefined: the association is not
   * there any more, or the peer is in the middle of something, and would not expect to be asked.
   */
  reportEvent(report: EventReport): readonly Effect[] | undefined {
    if (this.state !== 'established' || !this.#isIdle()) return undefined;
    this.#provider?.reportEvent(report);
    return this.#flush();
  }

  /** The timer that `start-artim` started has expired. One that fires while it is being stopped has no effect. */
  artimExpired(): readonly Effect[] {
    if (this.#isWithoutAssociation()) this.#upperLayer.artimExpired();
    return this.#flush();
  }

  /** The transport connection is gone, whoever closed it. */
  transportClosed(): readonly Effect[] {
    if (this.state !== 'idle') this.#upperLayer.transportClosed();
    return this.#flush();
  }

  /**
   * Aborts the association, as service user unless `cause` says otherwise.
   * Where there is no association (before it and after it) the transport is closed instead.
   */
  abort(cause: AbortCause = abortByUser): readonly Effect[] {
    if (this.#isWithoutAssociation()) this.#emit({ do: 'close' });
    else if (this.state !== 'idle') this.#upperLayer.abort(cause);
    return this.#flush();
  }

  /**
   * Asks the peer to end an association that is idle (PS3.8 7.2); with an operation under way it has no effect.
   * What the peer sends instead of its agreement is not taken, as it could not be answered.
   */
  release(): readonly Effect[] {
    if (this.state === 'established' && this.#isIdle()) this.#upperLayer.requestRelease();
    return this.#flush();
  }

  #open(): void {
    if (this.#isOpened) return;
    this.#isOpened = true;
    this.#upperLayer.open();
  }

  #associate(request: AssociateRq, echoed: Uint8Array, leniencies: readonly LeniencyKind[]): AssociateResponse {
    checkApplicationContext(request);
    const { policy } = this.#options;
    const decision = policy.decide(request);
    if ('reject' in decision) return decision;
    this.#isStrict = decision.strict ?? false;
    for (const kind of leniencies) this.#tolerate(kind);
    const agreement = negotiate(request, echoed, decision, policy, this.#options, leniencies);
    const sendData = (pdus: Uint8Array): void => this.#upperLayer.sendData(pdus);
    this.#provider = new ServiceProvider(agreement.association, this.#emit, sendData, this.#tolerate);
    this.#assembler = new MessageAssembler(this.#provider);
    return agreement;
  }

  /** What was received whole is still answered; what was not never will be complete (PS3.8 7.2.2). */
  #releaseAsked(): void {
    this.#provider?.cancelIncomplete();
    this.#releaseIfIdle();
  }

  #releaseIfIdle(): void {
    const isAsked = this.state === 'awaiting-release-response' || this.state === 'collision-awaiting-release-response';
    if (isAsked && !this.#provider?.isBusy) this.#upperLayer.respondRelease();
  }

  #ended(): void {
    this.#provider?.cancelIncomplete();
    this.#provider = undefined;
    this.#assembler = undefined;
  }

  /** Whether neither side waits for the other, and nothing of a message has come. */
  #isIdle(): boolean {
    const isWaiting = this.#provider?.isBusy || this.#provider?.isReporting;
    return !isWaiting && !this.#assembler?.isWithinMessage && !this.#upperLayer.isWithinPdu;
  }

  #isWithoutAssociation(): boolean {
    return this.state === 'awaiting-associate-rq' || this.state === 'awaiting-transport-close';
  }

  readonly #emit: Emit = (effect) => {
    this.#effects.push(effect);
  };

  readonly #tolerate = (kind: LeniencyKind): void => {
    if (this.#isStrict) throw new PeerFault('NONCONFORMANT', kind);
    this.#emit({ do: 'leniency', kind });
  };

  #flush(): readonly Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}
