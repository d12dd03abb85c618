import type { Socket } from 'node:net';
import { type Networks, normalizeAddress } from './address.ts';
import { readFirst } from './first-bytes.ts';
import type { PeerFacts } from './peer-facts.ts';
import { decodeProxyHeader, type ProxyDecoding } from './proxy-protocol.ts';

/** Where a connection comes from, or why that cannot be believed. */
export type Origin =
  | { readonly kind: 'peer'; readonly facts: PeerFacts }
  | { readonly kind: 'health-check' }
  | {
      readonly kind: 'refused';
      readonly reason: 'proxy-header-missing' | 'proxy-header-invalid';
      readonly code?: string;
    }
  | { readonly kind: 'closed' };

/**
 * Reads the PROXY header off a connection that a load balancer has opened. Only load balancers may be asked: whoever
 * else sends a header could name any address as its own.
 */
export async function originBehindBalancer(socket: Socket): Promise<Origin> {
  const decoding = await readFirst<ProxyDecoding>(socket, (bytes) => {
    const value = decodeProxyHeader(bytes);
    return value.state === 'need-more' ? undefined : { value, used: value.state === 'complete' ? value.bytes : 0 };
  });
  switch (decoding?.state) {
    case undefined:
    case 'need-more':
      return { kind: 'closed' };
    case 'absent':
      return { kind: 'refused', reason: 'proxy-header-missing' };
    case 'invalid':
      return { kind: 'refused', reason: 'proxy-header-invalid', code: decoding.problem };
    case 'complete': {
      const { header } = decoding;
      if (header.command === 'local') return { kind: 'health-check' };
      // Families without a network address say nothing: the connection's own address holds (proxy-protocol.txt 2.2).
      const address = header.source?.address ?? addressOf(socket);
      return { kind: 'peer', facts: { address, vpcEndpointId: header.vpcEndpointId } };
    }
  }
}

/** The address at the other end of a socket. */
export function addressOf(socket: Socket): string {
  return normalizeAddress(socket.remoteAddress ?? 'unknown');
}

/**
 * Hands an HTTP connection on without the PROXY header that a load balancer may have put before it: AWS puts one before
 * the health checks of a target group that has the protocol switched on, whatever port they go to. Probes of others
 * from the same network have none.
 */
export async function withoutProxyHeader(
  socket: Socket,
  balancers: Networks,
  next: (socket: Socket) => void,
): Promise<void> {
  if (!balancers.has(addressOf(socket))) return next(socket);
  await readFirst(socket, (bytes) => {
    const decoding = decodeProxyHeader(bytes);
    if (decoding.state === 'need-more') return undefined;
    return { value: decoding.state, used: decoding.state === 'complete' ? decoding.bytes : 0 };
  });
  next(socket);
  socket.resume();
}
