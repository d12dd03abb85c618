import type { Socket } from 'node:net';
import type { Clock, Schedule } from '../../core/clock.ts';
import type { ConnectionRefusal, Emit } from '../telemetry/events.ts';
import { safeText } from '../telemetry/safe-text.ts';
import { type Networks, neighbourOf } from './address.ts';
import { readFirst } from './first-bytes.ts';
import { addressOf, originBehindBalancer } from './origin.ts';
import type { PeerFacts } from './peer-facts.ts';
import { decodeProxyHeader } from './proxy-protocol.ts';
import type { RateLimit } from './rate-limit.ts';
import type { TlsGate } from './tls-gate.ts';
import type { Waiting, WaitingRoom } from './waiting-room.ts';

/** First byte of a TLS handshake record (RFC 8446 5.1) and of an A-ASSOCIATE-RQ (PS3.8 9.3.2). */
const firstBytes = { tls: 0x16, associateRq: 0x01 } as const;

export interface EntranceOptions {
  readonly balancers: Networks;
  readonly rateLimit: RateLimit;
  readonly waitingRoom: WaitingRoom<Waiting>;
  readonly artimTimeoutMs: number;
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly emit: Emit;
}

/** A peer that is ready to talk DICOM. */
export interface Arrival {
  readonly socket: Socket;
  readonly facts: PeerFacts;
  /** What is left of the time that it has to ask for an association. */
  readonly artimLeftMs: number;
  /** It has an association: its place in the waiting room is free. */
  readonly seated: () => void;
}

/** Finds out who has connected, before a byte of DICOM is read: PROXY header, first byte, TLS handshake. */
export class Entrance {
  readonly #options: EntranceOptions;

  constructor(options: EntranceOptions) {
    this.#options = options;
  }

  /**
   * @param gate where TLS is to be spoken; undefined where it must not be
   * @returns undefined when there is nobody to talk to: it has been told why then, and the socket is closed
   */
  async admit(socket: Socket, gate: TlsGate | undefined): Promise<Arrival | undefined> {
    const { artimTimeoutMs, clock, schedule, waitingRoom } = this.#options;
    const startedMs = clock.monotonicMs();
    const visit = new Visit(socket, this.#options.emit);
    waitingRoom.enter(visit);
    socket.once('close', () => waitingRoom.exit(visit));
    const artim = schedule(artimTimeoutMs, () => visit.end('artim-expired'));
    const arrived = await this.#meet(visit, gate);
    artim.cancel();
    if (arrived === undefined || visit.isOver) {
      visit.end('transport-closed');
      return undefined;
    }
    return {
      socket: arrived,
      facts: visit.facts,
      artimLeftMs: Math.max(0, artimTimeoutMs - (clock.monotonicMs() - startedMs)),
      seated: () => waitingRoom.exit(visit),
    };
  }

  async #meet(visit: Visit, gate: TlsGate | undefined): Promise<Socket | undefined> {
    const { socket } = visit;
    const { balancers, rateLimit, emit } = this.#options;
    if (balancers.has(visit.facts.address)) {
      const origin = await originBehindBalancer(socket);
      if (origin.kind === 'closed') return undefined;
      if (origin.kind === 'health-check') return visit.end('health-check');
      if (origin.kind === 'refused') return visit.refuse(origin.reason, origin.code);
      visit.facts = origin.facts;
    }
    const tokens = rateLimit.take(neighbourOf(visit.facts.address));
    if (tokens === 'ran-dry') emit({ event: 'connection-rate-exceeded', peer: safeText(visit.facts.address) });
    if (tokens !== 'taken') return visit.refuse('connection-rate');
    const mistake = await readFirst(socket, (bytes) => ({ value: mistakeOf(bytes, gate !== undefined), used: 0 }));
    if (mistake === undefined) return undefined;
    if (mistake !== 'none') return visit.refuse(mistake);
    return gate === undefined ? socket : this.#secure(visit, gate);
  }

  async #secure(visit: Visit, gate: TlsGate): Promise<Socket | undefined> {
    const handshake = await gate.secure(visit.socket);
    if (handshake === undefined) return undefined;
    if (handshake.kind === 'refused') return visit.refuse(handshake.reason, handshake.code);
    const { protocol, certificate, socket } = handshake;
    visit.facts = { ...visit.facts, tls: protocol, certificate };
    return socket;
  }
}

/** What is wrong with the beginning of a connection. Other bytes than these are for the upper layer to judge. */
function mistakeOf(bytes: Uint8Array, isTlsWanted: boolean): ConnectionRefusal | 'none' {
  const [first] = bytes;
  if (first !== undefined && decodeProxyHeader(bytes).state !== 'absent') return 'proxy-header-unexpected';
  if (!isTlsWanted) return first === firstBytes.tls ? 'tls-on-plain-port' : 'none';
  if (first === firstBytes.tls) return 'none';
  return first === firstBytes.associateRq ? 'plain-dicom-on-tls-port' : 'not-tls';
}

/** One connection on its way in. It ends once, and is told of once. */
class Visit implements Waiting {
  readonly socket: Socket;
  readonly #emit: Emit;
  facts: PeerFacts;
  #isTold = false;

  constructor(socket: Socket, emit: Emit) {
    this.socket = socket;
    this.#emit = emit;
    this.facts = { address: addressOf(socket) };
  }

  get isOver(): boolean {
    return this.socket.destroyed;
  }

  refuse(reason: ConnectionRefusal, code?: string): undefined {
    this.#tell(() =>
      this.#emit({
        event: 'connection-refused',
        peer: safeText(this.facts.address),
        reason,
        code: code === undefined ? undefined : safeText(code),
      }),
    );
  }

  end(how: 'artim-expired' | 'health-check' | 'transport-closed'): undefined {
    this.#tell(() => this.#emit({ event: 'connection-closed-early', peer: safeText(this.facts.address), how }));
  }

  leave(): void {
    this.refuse('too-many-pending');
  }

  #tell(say: () => void): void {
    if (!this.#isTold) say();
    this.#isTold = true;
    this.socket.destroy();
  }
}
