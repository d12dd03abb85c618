import { BlockList, isIP, isIPv6, SocketAddress } from 'node:net';

/** One spelling of an address: no zone, IPv6 as short as it can be (RFC 5952), IPv4-mapped IPv6 as IPv4. */
export function normalizeAddress(address: string): string {
  const [bare = address] = address.split('%');
  if (!isIPv6(bare)) return bare;
  const canonical = new SocketAddress({ address: bare, family: 'ipv6' }).address;
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(canonical)?.[1] ?? canonical;
}

/**
 * What counts as one neighbour where connections are counted: an IPv4 address, or the /64 network of an IPv6 address,
 * in which one machine may have any number of addresses.
 */
export function neighbourOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : new Array<string>(8 - first.length - last.length).fill('0');
  return `${[...first, ...zeros, ...last].slice(0, 4).join(':')}::/64`;
}

/** A set of networks. */
export class Networks {
  readonly #list = new BlockList();

  /** @param networks addresses and networks in CIDR notation */
  constructor(networks: readonly string[]) {
    for (const network of networks) {
      const [address = '', prefix] = network.split('/');
      const family = isIPv6(address) ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.#list.addAddress(address, family);
      else this.#list.addSubnet(address, Number(prefix), family);
    }
  }

  /** @param address as `normalizeAddress` gives it; what is no address is in no network */
  has(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.#list.check(address, version === 4 ? 'ipv4' : 'ipv6');
  }
}
