import type { Socket } from 'node:net';
import type { Clock, Schedule } from '../../core/clock.ts';
import type { Acceptor } from '../dicom/acceptor.ts';
import type { AssociationRecord } from './association-record.ts';
import type { Intake } from './intake.ts';
import type { CommitmentDesk } from './report-channels.ts';

/** The timers of a connection, each for one thing that a peer can fail to do. */
export interface Timeouts {
  /** Until the association request is whole; and after the end, until the peer has closed (PS3.8 9.1.4). */
  readonly artimTimeoutMs: number;
  /** Silence while nobody waits for anything. */
  readonly idleTimeoutMs: number;
  /** A message that has begun and does not come on; an answer that is not read. */
  readonly inFlightTimeoutMs: number;
  /** From our closing of the connection until it is cut. */
  readonly closeTimeoutMs: number;
}

export interface ConnectionOptions {
  readonly socket: Socket;
  readonly acceptor: Acceptor;
  readonly record: AssociationRecord;
  readonly intake: Intake;
  /** Takes requests for storage commitment; undefined where no context of it is accepted. */
  readonly commitment?: CommitmentDesk | undefined;
  /** The association was accepted; `onClosed` follows once, when it is over and nothing of it is under way. */
  readonly onAccepted: () => void;
  readonly onClosed: () => void;
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly timeouts: Timeouts;
  /** What is left of ARTIM for the request: it began when the transport was opened. */
  readonly artimLeftMs: number;
}
