import type { Socket } from 'node:net';
import type { Clock, Schedule, Timer } from '../../core/clock.ts';
import type { Acceptor } from '../dicom/acceptor.ts';
import type { Association, Effect, StoreRequest } from '../dicom/effects.ts';
import type { Refusal } from '../ingest/refusal.ts';
import type { AssociationRecord } from './association-record.ts';
import { IdleWatch } from './idle-watch.ts';

/** Where one instance goes, as the connection sees it. */
export interface Sink {
  readonly write: (bytes: Uint8Array) => Promise<void> | undefined;
  readonly finish: () => Promise<Refusal | undefined>;
  readonly cancel: () => Promise<void>;
}

export interface ConnectionOptions {
  readonly socket: Socket;
  readonly acceptor: Acceptor;
  readonly record: AssociationRecord;
  readonly openSink: (request: StoreRequest, association: Association) => Sink;
  /** The association was accepted; `onClosed` follows once, when it is over and nothing of it is under way. */
  readonly onAccepted: () => void;
  readonly onClosed: () => void;
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly artimTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

/**
 * One transport connection: carries bytes to the acceptor and carries out the effects that it answers. Reading stops
 * while a sink is slow, so the peer is held back by TCP and memory stays bounded.
 */
export class Connection {
  /** Resolves when the socket is closed and every instance that was begun is answered or undone. */
  readonly closed: Promise<void>;
  readonly #options: ConnectionOptions;
  readonly #sinks = new Map<number, Sink>();
  readonly #busy = new Set<Promise<void>>();
  #association: Association | undefined;
  #holding = 0;
  #artim: Timer | undefined;
  #idle: IdleWatch | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { socket } = options;
    socket.setNoDelay(true);
    // Load balancers forget silent connections; theirs is the shortest idle time on the way (NLB: 350 s).
    socket.setKeepAlive(true, 60_000);
    socket.on('data', (chunk) => this.#guard(() => this.#receive(chunk)));
    // An error is always followed by 'close', which says all there is to say.
    socket.on('error', () => undefined);
    socket.on('end', () => this.#guard(() => this.#run(options.acceptor.transportClosed())));
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#guard(() => this.#run(options.acceptor.transportClosed()));
        this.#stopTimers();
        options.record.close();
        Promise.all(this.#busy).then(() => {
          if (this.#association !== undefined) options.onClosed();
          resolve();
        });
      });
    });
    this.#guard(() => this.#run(options.acceptor.transportOpened()));
  }

  /** Ends the association by an A-ABORT of the service user. */
  abort(): void {
    this.#guard(() => this.#run(this.#options.acceptor.abort()));
  }

  #receive(chunk: Uint8Array): void {
    this.#idle?.touch();
    this.#options.record.received(chunk.length);
    this.#run(this.#options.acceptor.receive(chunk));
  }

  #run(effects: readonly Effect[]): void {
    const { socket } = this.#options;
    socket.cork();
    for (const effect of effects) this.#perform(effect);
    socket.uncork();
  }

  #perform(effect: Effect): void {
    const { socket, acceptor, record, artimTimeoutMs, schedule } = this.#options;
    switch (effect.do) {
      case 'send':
        if (socket.writable) socket.write(effect.bytes);
        return;
      case 'close':
        socket.destroySoon();
        return;
      case 'start-artim':
        this.#artim?.cancel();
        this.#artim = schedule(artimTimeoutMs, () => this.#guard(() => this.#run(acceptor.artimExpired())));
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
        this.#begin(effect.store);
        return;
      case 'store-data':
        this.#holdFor(this.#sinks.get(effect.messageId)?.write(effect.bytes));
        return;
      case 'store-end':
        this.#finish(effect.messageId);
        return;
      case 'store-cancelled':
        this.#cancel(effect.messageId);
        return;
      case 'action':
        // Storage commitment is not offered to any peer: no context of it is ever accepted.
        this.#run(acceptor.answerAction(effect.action.messageId, { status: 0x0211 }));
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
        record.ended(effect.how, effect.fault?.code);
        return;
    }
  }

  #associated(association: Association): void {
    this.#association = association;
    this.#options.onAccepted();
    this.#options.record.accepted(association);
    this.#watchIdle();
  }

  #begin(request: StoreRequest): void {
    if (this.#association === undefined) throw new Error('a store before an association');
    this.#sinks.set(request.messageId, this.#options.openSink(request, this.#association));
  }

  #finish(messageId: number): void {
    const sink = this.#takeSink(messageId);
    if (sink === undefined) return;
    this.#whileBusy(
      sink.finish().then((refusal) => {
        this.#options.record.answered(refusal);
        const answer =
          refusal === undefined ? { status: 0 } : { status: refusal.status, errorComment: refusal.comment };
        this.#idle?.touch();
        this.#run(this.#options.acceptor.answerStore(messageId, answer));
      }),
    );
  }

  #cancel(messageId: number): void {
    const sink = this.#takeSink(messageId);
    if (sink !== undefined) this.#whileBusy(sink.cancel());
  }

  #takeSink(messageId: number): Sink | undefined {
    const sink = this.#sinks.get(messageId);
    this.#sinks.delete(messageId);
    return sink;
  }

  #whileBusy(work: Promise<void>): void {
    const busy = work.catch((error) => this.#bug(error)).finally(() => this.#busy.delete(busy));
    this.#busy.add(busy);
  }

  /** Reads nothing until the sink wants more. */
  #holdFor(wait: Promise<void> | undefined): void {
    if (wait === undefined) return;
    const { socket } = this.#options;
    this.#holding += 1;
    socket.pause();
    this.#whileBusy(
      wait.finally(() => {
        this.#holding -= 1;
        if (this.#holding === 0) socket.resume();
      }),
    );
  }

  #watchIdle(): void {
    const { clock, schedule, idleTimeoutMs } = this.#options;
    this.#idle = new IdleWatch({
      clock,
      schedule,
      timeoutMs: idleTimeoutMs,
      isBusy: () => this.#busy.size > 0,
      onIdle: () => this.abort(),
    });
  }

  #stopTimers(): void {
    this.#artim?.cancel();
    this.#idle?.stop();
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
