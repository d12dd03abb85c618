import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { ScuError } from './scu-error.ts';

/** Where a peer listens, and how it is spoken to. */
export interface PeerAddress {
  readonly host: string;
  readonly port: number;
  /** Absent: without TLS. */
  readonly tls?: ConnectionOptions;
  /** How long it may be silent. */
  readonly timeoutMs: number;
}

/**
 * Connects, and shakes hands where TLS is asked for.
 * @throws ScuError UNREACHABLE
 */
export async function connectPeer({ host, port, tls, timeoutMs }: PeerAddress): Promise<Socket> {
  const place = { host, port };
  const socket = tls === undefined ? connect({ ...place, noDelay: true }) : connectTls({ ...tls, ...place });
  socket.setNoDelay(true);
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer in ${timeoutMs} ms`)));
  try {
    await once(socket, tls === undefined ? 'connect' : 'secureConnect');
  } catch (error) {
    socket.destroy();
    throw new ScuError('UNREACHABLE', `${host}:${port}: ${messageOf(error)}`, { retryable: true, cause: error });
  }
  return socket;
}

/** A connection to a name with several addresses fails with an error that holds theirs and says nothing itself. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
