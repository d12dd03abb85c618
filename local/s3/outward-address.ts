import { BlockList, isIP } from 'node:net';

const networks = new BlockList();
// Loopback, and what RFC 1918 and RFC 4193 keep for private networks.
networks.addSubnet('127.0.0.0', 8, 'ipv4');
networks.addSubnet('10.0.0.0', 8, 'ipv4');
networks.addSubnet('172.16.0.0', 12, 'ipv4');
networks.addSubnet('192.168.0.0', 16, 'ipv4');
networks.addAddress('::1', 'ipv6');
networks.addSubnet('fc00::', 7, 'ipv6');

/** A port for others is not opened there. */
export class OutwardAddressError extends Error {
  override readonly name = 'OutwardAddressError';
  readonly code = 'OUTWARD_ADDRESS';

  constructor(host: string) {
    super(`this S3 server opens no port at ${host}: it is no address of a private network`);
  }
}

/** Whether a port for others than this machine's own processes may be opened at this address: one, and a private one. */
export function isOutwardAddress(host: string): boolean {
  const version = isIP(host);
  return version !== 0 && networks.check(host, version === 4 ? 'ipv4' : 'ipv6');
}
