import type { Timer } from '../../core/clock.ts';
import type { ActionRequest, Association, Effect } from '../dicom/effects.ts';
import type { EndCause } from './association-record.ts';
import type { ConnectionOptions } from './connection-options.ts';
import { FlowWatch } from './flow-watch.ts';
import { IdleWatch } from './idle-watch.ts';
import { ReportChannels } from './report-channels.ts';
import { Transport } from './transport.ts';

/**
 * One transport connection: carries bytes to the acceptor and carries out the effects that it answers. Reading stops
 * while an instance's way to the store is slow, so the peer is held back by TCP and memory stays bounded.
 */
export class Connection {
  /** Resolves when the socket is closed and every instance that was begun is answered or undone. */
  readonly closed: Promise<void>;
  readonly #options: ConnectionOptions;
  readonly #transport: Transport;
  readonly #busy = new Set<Promise<void>>();
  readonly #flow: FlowWatch;
  readonly #reports: ReportChannels;
  #association: Association | undefined;
  #artimMs: number;
  #artim: Timer | undefined;
  #release: Timer | undefined;
  #idle: IdleWatch | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#artimMs = options.artimLeftMs;
    const { socket, acceptor, record, clock, schedule, timeouts } = options;
    this.#reports = new ReportChannels(acceptor, (effects) => {
      this.#idle?.touch();
      this.#guard(() => this.#run(effects));
    });
    this.#transport = new Transport({
      socket,
      schedule,
      stallTimeoutMs: timeouts.inFlightTimeoutMs,
      closeTimeoutMs: timeouts.closeTimeoutMs,
      onStalled: () => this.#abort('ANSWERS_UNREAD', true),
      onResumed: () => this.#flow.resumed(),
    });
    this.#flow = new FlowWatch({
      clock,
      schedule,
      timeoutMs: timeouts.inFlightTimeoutMs,
      isHeld: () => this.#transport.isHeld,
      onStarved: () => this.#abort('IN_FLIGHT_TIMEOUT'),
    });
    socket.on('data', (chunk) => this.#guard(() => this.#receive(chunk)));
    // An error is always followed by 'close', which says all there is to say.
    socket.on('error', () => undefined);
    socket.on('end', () => this.#guard(() => this.#run(acceptor.transportClosed())));
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#guard(() => this.#run(acceptor.transportClosed()));
        this.#stopTimers();
        record.close();
        Promise.all(this.#busy).then(() => {
          if (this.#association !== undefined) options.onClosed();
          resolve();
        });
      });
    });
    this.#guard(() => this.#run(acceptor.transportOpened()));
    socket.resume();
  }

  /**
   * Ends the connection, whatever the peer does: an association with nothing under way is released, any other aborted.
   */
  terminate(): void {
    const { acceptor, schedule, timeouts } = this.#options;
    this.#guard(() => this.#run(acceptor.release()));
    if (acceptor.state === 'awaiting-release-rp')
      this.#release = schedule(timeouts.closeTimeoutMs, () => this.#abort('RELEASE_UNANSWERED', true));
    else this.#abort('DRAIN_DEADLINE', true);
  }

  /** @param closes whether the connection is closed at once; otherwise the peer is given time to do it */
  #abort(cause: EndCause, closes = false): void {
    this.#options.record.because(cause);
    this.#guard(() => this.#run(this.#options.acceptor.abort()));
    if (closes) this.#transport.close();
  }

  #receive(chunk: Uint8Array): void {
    const { acceptor, record, intake } = this.#options;
    const { length } = chunk;
    if (!intake.isReceiving) this.#idle?.touch();
    record.received(length);
    const effects = acceptor.receive(chunk);
    this.#run(effects);
    this.#transport.spent(chunk);
    if (this.#idle === undefined) return;
    // Bytes that bring about nothing are a part of something.
    if (intake.isReceiving || effects.length === 0) this.#flow.received(length);
    else this.#flow.complete();
  }

  #run(effects: readonly Effect[]): void {
    const [only] = effects;
    if (only === undefined) return;
    if (effects.length === 1) this.#perform(only);
    else {
      this.#transport.together(() => {
        for (const effect of effects) this.#perform(effect);
      });
    }
  }

  #perform(effect: Effect): void {
    const { acceptor, record, intake, schedule, timeouts } = this.#options;
    switch (effect.do) {
      case 'send':
        this.#transport.send(effect.bytes);
        return;
      case 'close':
        this.#transport.close();
        return;
      case 'start-artim':
        this.#artim?.cancel();
        this.#artim = schedule(this.#artimMs, () => this.#guard(() => this.#run(acceptor.artimExpired())));
        this.#artimMs = timeouts.artimTimeoutMs;
        return;
      case 'stop-artim':
        this.#artim?.cancel();
        return;
      case 'associated':
        this.#associated(effect.association);
        return;
      case 'rejected':
        record.rejected(effect.rejection, effect.request);
        return;
      case 'store-begin':
        if (this.#association === undefined) throw new Error('a store before an association');
        intake.begin(effect.store, this.#association);
        return;
      case 'store-data':
        this.#holdFor(intake.data(effect.messageId, effect.bytes));
        return;
      case 'store-end':
        this.#whileBusy(this.#answer(effect.messageId));
        return;
      case 'store-cancelled':
        this.#whileBusy(intake.cancel(effect.messageId));
        return;
      case 'action':
        this.#whileBusy(this.#act(effect.action, effect.dataSet));
        return;
      case 'event-report-answered':
        this.#reports.answered({ kind: 'answered', status: effect.status });
        return;
      case 'refused':
        record.refused(effect.status);
        return;
      case 'echoed':
        record.echoed();
        return;
      case 'leniency':
        record.leniency(effect.kind);
        return;
      case 'ended':
        this.#stopWatches();
        this.#reports.answered({ kind: 'aborted' });
        record.ended(effect.how, effect.fault?.code);
        return;
    }
  }

  #associated(association: Association): void {
    const { clock, schedule, timeouts, onAccepted, record } = this.#options;
    this.#association = association;
    onAccepted();
    record.accepted(association);
    this.#idle = new IdleWatch({
      clock,
      schedule,
      timeoutMs: timeouts.idleTimeoutMs,
      isBusy: () => this.#busy.size > 0 || this.#options.intake.isReceiving,
      onIdle: () => this.#abort('IDLE_TIMEOUT'),
    });
  }

  async #answer(messageId: number): Promise<void> {
    const { acceptor, record, intake } = this.#options;
    const refusal = await intake.end(messageId);
    record.answered(refusal);
    const answer = refusal === undefined ? { status: 0 } : { ...refusal, errorComment: refusal.comment };
    this.#idle?.touch();
    this.#run(acceptor.answerStore(messageId, answer));
  }

  async #act(action: ActionRequest, dataSet: Uint8Array): Promise<void> {
    const { acceptor, commitment } = this.#options;
    const association = this.#association;
    if (commitment === undefined || association === undefined) throw new Error('an N-ACTION in no accepted context');
    const { answer, answered } = await commitment(action, dataSet, association, this.#reports.channel(action));
    this.#idle?.touch();
    this.#run(acceptor.answerAction(action.messageId, answer));
    answered();
  }

  /** While something is under way here, the peer waits for us. */
  #whileBusy(work: Promise<void>): void {
    const over = () => {
      this.#busy.delete(busy);
    };
    const busy = work.then(over, (error) => {
      this.#bug(error);
      over();
    });
    this.#busy.add(busy);
  }

  #holdFor(wait: Promise<unknown> | undefined): void {
    if (wait !== undefined) this.#whileBusy(this.#transport.hold(wait));
  }

  #stopWatches(): void {
    this.#idle?.stop();
    this.#flow.stop();
    this.#idle = undefined;
  }

  #stopTimers(): void {
    this.#artim?.cancel();
    this.#release?.cancel();
    this.#stopWatches();
  }

  /** Whatever goes wrong here is our bug: it ends this association and no other. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#bug(error);
    }
  }

  #bug(error: unknown): void {
    this.#options.record.bug(error);
    this.#options.socket.destroy();
  }
}
