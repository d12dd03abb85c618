import { describe, expect, it } from 'vitest';
import { crc32c } from '../../../service/net/crc32c.ts';
import { decodeProxyHeader, type ProxyDecoding } from '../../../service/net/proxy-protocol.ts';

/** Hex digits with commentary behind `#`, as bytes. */
function golden(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(/#.*$/gm, '').replaceAll(/\s/g, ''), 'hex'));
}

const signature = '0d0a0d0a000d0a515549540a # the signature: CR LF CR LF NUL CR LF QUIT LF\n';

const ipv4 = golden(`${signature}
  21          # version 2, command PROXY
  11          # AF_INET, STREAM
  000c        # 12 bytes follow
  cb007107    # source 203.0.113.7
  0a000a05    # destination 10.0.10.5
  c350        # source port 50000
  2b68        # destination port 11112`);

/** What a Network Load Balancer sends for a connection that came through PrivateLink. */
const privateLink = golden(`${signature}
  21 11 002a
  0a010203 0a000a05 c350 2b68   # 10.1.2.3:50000 to 10.0.10.5:11112
  ea 0017                       # PP2_TYPE_AWS, 23 bytes
  01                            # PP2_SUBTYPE_AWS_VPCE_ID
  767063652d30386432626631366661633565303031 63 # "vpce-08d2bf16fac5e001c"
  04 0001 00                    # PP2_TYPE_NOOP`);

const ipv6 = golden(`${signature}
  21 21 0024                            # AF_INET6, STREAM, 36 bytes
  20010db8000000000000000000000001      # source 2001:db8::1
  20010db8000000000000000000000002      # destination 2001:db8::2
  c350 2b68`);

const ipv6Mapped = golden(`${signature}
  21 21 0024
  00000000000000000000ffff0a010203      # source ::ffff:10.1.2.3
  00000000000000000000ffff0a000a05
  c350 2b68`);

const unix = golden(`${signature} 21 31 00d8 ${'2f'.repeat(216)} # AF_UNIX: two paths of 108 bytes`);
const unspecified = golden(`${signature} 21 00 0000 # AF_UNSPEC: nothing is known`);
const unspecifiedWithTlv = golden(`${signature} 21 00 0004 04 0001 00`);
const local = golden(`${signature} 20 00 0000 # command LOCAL: the balancer itself`);
/** A LOCAL command may carry an address block: it is to be skipped. */
const localWithAddress = golden(`${signature} 20 11 000c cb007107 0a000a05 c350 2b68`);

/** The IPv4 header with a CRC-32C of the whole, its own four bytes taken as zero. */
function withChecksum(corrupt = 0): Uint8Array {
  const header = golden(`${signature} 21 11 0013 cb007107 0a000a05 c350 2b68 03 0004 00000000`);
  new DataView(header.buffer).setUint32(header.length - 4, crc32c(header) ^ corrupt);
  return header;
}

const proxied = (address: string | undefined, vpcEndpointId?: string) => ({
  command: 'proxy',
  source: address === undefined ? undefined : { address, port: 50_000 },
  vpcEndpointId,
});

const headers = {
  ipv4: { bytes: ipv4, header: proxied('203.0.113.7') },
  'ipv4 through PrivateLink': { bytes: privateLink, header: proxied('10.1.2.3', 'vpce-08d2bf16fac5e001c') },
  ipv6: { bytes: ipv6, header: proxied('2001:db8::1') },
  'ipv4 mapped into ipv6': { bytes: ipv6Mapped, header: proxied('10.1.2.3') },
  unix: { bytes: unix, header: proxied(undefined) },
  unspecified: { bytes: unspecified, header: proxied(undefined) },
  'unspecified with a TLV': { bytes: unspecifiedWithTlv, header: proxied(undefined) },
  local: { bytes: local, header: { command: 'local' } },
  'local with addresses': { bytes: localWithAddress, header: { command: 'local' } },
  'with a checksum': { bytes: withChecksum(), header: proxied('203.0.113.7') },
};

describe.each(Object.entries(headers))('a header: %s', (_, { bytes, header }) => {
  it('is read, and its length told', () => {
    const behind = Uint8Array.of(0x01, 0x00, 0x0d, 0x0a);
    expect(decodeProxyHeader(Uint8Array.from([...bytes, ...behind]))).toEqual({
      state: 'complete',
      header,
      bytes: bytes.length,
    });
  });

  it('is waited for wherever it is cut', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeProxyHeader(bytes.subarray(0, length)), `${length} bytes`).toEqual({ state: 'need-more' });
    }
  });
});

const changed = (at: number, value: number): Uint8Array => ipv4.with(at, value);

describe('something else than a header', () => {
  it.each(Array.from({ length: 12 }, (_, at) => at))('is known by byte %i of the signature', (at) => {
    expect(decodeProxyHeader(changed(at, 0x7f).subarray(0, at + 1))).toEqual({ state: 'absent' });
  });

  it.each<[string, Uint8Array, ProxyDecoding & { state: 'invalid' }]>([
    ['version 1', changed(12, 0x11), { state: 'invalid', problem: 'version-unknown' }],
    ['version 3', changed(12, 0x31), { state: 'invalid', problem: 'version-unknown' }],
    ['command 2', changed(12, 0x22), { state: 'invalid', problem: 'command-unknown' }],
    ['family 4', changed(13, 0x41), { state: 'invalid', problem: 'family-unknown' }],
    ['IPv6 in 12 bytes', changed(13, 0x21), { state: 'invalid', problem: 'address-truncated' }],
    ['a wrong checksum', withChecksum(1), { state: 'invalid', problem: 'checksum-wrong' }],
    [
      'a checksum of three bytes',
      golden(`${signature} 21 11 0012 cb007107 0a000a05 c350 2b68 03 0003 000000`),
      { state: 'invalid', problem: 'checksum-wrong' },
    ],
    [
      'a TLV beyond the end',
      golden(`${signature} 21 11 0010 cb007107 0a000a05 c350 2b68 04 0002 00`),
      { state: 'invalid', problem: 'tlv-truncated' },
    ],
    [
      'half a TLV',
      golden(`${signature} 21 11 000e cb007107 0a000a05 c350 2b68 04 00`),
      { state: 'invalid', problem: 'tlv-truncated' },
    ],
  ])('is refused: %s', (_, bytes, decoding) => {
    expect(decodeProxyHeader(bytes)).toEqual(decoding);
  });

  it('is refused by its announced length alone', () => {
    const announced = golden(`${signature} 21 11 1001`);
    expect(decodeProxyHeader(announced)).toEqual({ state: 'invalid', problem: 'header-too-long' });
    expect(decodeProxyHeader(golden(`${signature} 20 00 ffff`))).toEqual({
      state: 'invalid',
      problem: 'header-too-long',
    });
    expect(decodeProxyHeader(golden(`${signature} 21 11 1000`))).toEqual({ state: 'need-more' });
  });
});

describe('crc32c', () => {
  it('gives the check value of the algorithm', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  });
});
