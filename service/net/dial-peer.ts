import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls, type SecureContextOptions } from 'node:tls';
import type { Schedule } from '../../core/clock.ts';
import type { PeerListener } from '../../core/peers.ts';
import type { Dial, DialAnswer } from '../commitment/report.ts';
import type { Implementation } from '../dicom/negotiation/negotiate.ts';
import {
  EventReportRequestor,
  type ReportRequest,
  type RequestorEffect,
} from '../dicom/requestor/event-report-requestor.ts';

export interface DialOptions {
  readonly implementation: Implementation;
  /** What this service shows and whom it believes, for peers that listen with TLS. */
  readonly tls: () => SecureContextOptions;
  /** How long a peer may take to agree to release, and to close. */
  readonly closeTimeoutMs: number;
  readonly schedule: Schedule;
}

/** Opens associations to peers that listen, one for each report. Whatever a peer does, its connection is closed in time. */
export function dialPeer(options: DialOptions): Dial {
  return (listener, request, timeoutMs) => {
    const socket = open(listener, options.tls());
    return converse(socket, request, timeoutMs, options);
  };
}

function open({ host, port, tls }: PeerListener, credentials: SecureContextOptions): Socket {
  if (tls === undefined || tls === false) return connectPlain({ host, port, noDelay: true });
  const servername = tls === true ? host : tls.serverName;
  // Server Name Indication has no addresses (RFC 6066 3); they are compared with the certificate all the same.
  return connectTls({ ...credentials, host, port, ...(isAddress(servername) ? {} : { servername }) });
}

const isAddress = (host: string): boolean => host.includes(':') || /^[\d.]+$/.test(host);

function converse(
  socket: Socket,
  request: ReportRequest,
  timeoutMs: number,
  { implementation, closeTimeoutMs, schedule }: DialOptions,
): Promise<DialAnswer> {
  const requestor = new EventReportRequestor(request, implementation);
  return new Promise((resolve) => {
    let timer = schedule(timeoutMs, () => {
      resolve({ kind: 'timeout' });
      socket.destroy();
    });
    let code = 'CLOSED';
    const run = (effects: readonly RequestorEffect[]) => {
      for (const effect of effects) {
        if (effect.do === 'send' && socket.writable) socket.write(effect.bytes);
        if (effect.do === 'close') socket.destroySoon();
        if (effect.do !== 'concluded') continue;
        resolve(effect.answer);
        timer.cancel();
        timer = schedule(closeTimeoutMs, () => socket.destroy());
      }
    };
    socket.on(isTlsListener(socket) ? 'secureConnect' : 'connect', () => run(requestor.connected()));
    socket.on('data', (chunk) => run(requestor.receive(chunk)));
    socket.on('error', (error) => {
      code = 'code' in error ? String(error.code) : error.message;
    });
    socket.on('close', () => {
      timer.cancel();
      resolve({ kind: 'unreachable', code });
    });
  });
}

const isTlsListener = (socket: Socket): boolean => 'encrypted' in socket;
