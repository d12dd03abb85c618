import { normalizeAddress } from './address.ts';
import { crc32c } from './crc32c.ts';

/**
 * The PROXY protocol, version 2 (haproxy.org, proxy-protocol.txt, 2.2): what a load balancer puts before a connection's
 * first byte to say who is at its other end.
 */
export type ProxyHeader =
  /** The balancer speaks for itself: a health check. */
  | { readonly command: 'local' }
  | {
      readonly command: 'proxy';
      /** The true peer; undefined where the family has no address of a network (AF_UNSPEC, AF_UNIX). */
      readonly source: { readonly address: string; readonly port: number } | undefined;
      /** The AWS interface endpoint (PrivateLink) that the connection came through. */
      readonly vpcEndpointId: string | undefined;
    };

export type ProxyDecoding =
  | { readonly state: 'need-more' }
  /** The bytes begin with something else than the signature. */
  | { readonly state: 'absent' }
  | { readonly state: 'invalid'; readonly problem: ProxyProblem }
  | { readonly state: 'complete'; readonly header: ProxyHeader; readonly bytes: number };

export type ProxyProblem =
  | 'version-unknown'
  | 'command-unknown'
  | 'family-unknown'
  | 'header-too-long'
  | 'address-truncated'
  | 'tlv-truncated'
  | 'checksum-wrong';

const signature = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
const FIXED_BYTES = 16;

/** The format allows 65,535. What balancers send has some hundred: addresses, and a few TLVs. */
const MAX_VARIABLE_BYTES = 4_096;

/** Length of both addresses, with both ports where there are any, by address family. */
const addressBytes: Readonly<Record<number, number>> = { 0: 0, 1: 12, 2: 36, 3: 216 };

const tlvTypes = { crc32c: 0x03, aws: 0xea } as const;
const AWS_VPC_ENDPOINT_ID = 0x01;

/** Judges the first bytes of a connection, as many as there are yet; judges each prefix of a header the same way. */
export function decodeProxyHeader(bytes: Uint8Array): ProxyDecoding {
  if (!beginsLikeSignature(bytes)) return { state: 'absent' };
  const [version, family, high, low] = bytes.subarray(signature.length, FIXED_BYTES);
  if (version === undefined) return { state: 'need-more' };
  if (version >> 4 !== 2) return { state: 'invalid', problem: 'version-unknown' };
  if ((version & 0x0f) > 1) return { state: 'invalid', problem: 'command-unknown' };
  if (family === undefined || high === undefined || low === undefined) return { state: 'need-more' };
  const variableBytes = high * 256 + low;
  if (variableBytes > MAX_VARIABLE_BYTES) return { state: 'invalid', problem: 'header-too-long' };
  const length = FIXED_BYTES + variableBytes;
  if (bytes.length < length) return { state: 'need-more' };
  // Whatever a LOCAL command carries is to be skipped.
  if ((version & 0x0f) === 0) return { state: 'complete', header: { command: 'local' }, bytes: length };
  return decodeProxied(bytes.subarray(0, length), family >> 4);
}

function beginsLikeSignature(bytes: Uint8Array): boolean {
  return signature.slice(0, bytes.length).every((byte, index) => bytes[index] === byte);
}

function decodeProxied(header: Uint8Array, family: number): ProxyDecoding {
  const ofFamily = addressBytes[family];
  if (ofFamily === undefined) return { state: 'invalid', problem: 'family-unknown' };
  const tlvStart = FIXED_BYTES + ofFamily;
  if (header.length < tlvStart) return { state: 'invalid', problem: 'address-truncated' };
  const tlvs = readTlvs(header, tlvStart);
  if (tlvs === undefined) return { state: 'invalid', problem: 'tlv-truncated' };
  if (!isIntact(header, tlvs)) return { state: 'invalid', problem: 'checksum-wrong' };
  const source = sourceOf(header, family);
  return {
    state: 'complete',
    header: { command: 'proxy', source, vpcEndpointId: vpcEndpointIdOf(tlvs) },
    bytes: header.length,
  };
}

interface Tlv {
  readonly type: number;
  readonly start: number;
  readonly value: Uint8Array;
}

function readTlvs(header: Uint8Array, from: number): readonly Tlv[] | undefined {
  const tlvs: Tlv[] = [];
  for (let at = from; at < header.length; ) {
    const [type, high, low] = header.subarray(at, at + 3);
    if (type === undefined || high === undefined || low === undefined) return undefined;
    const start = at + 3;
    at = start + high * 256 + low;
    if (at > header.length) return undefined;
    tlvs.push({ type, start, value: header.subarray(start, at) });
  }
  return tlvs;
}

/** A checksum covers the whole header with its own four bytes taken as zero; who can check it must (2.2.4). */
function isIntact(header: Uint8Array, tlvs: readonly Tlv[]): boolean {
  const checksum = tlvs.find(({ type }) => type === tlvTypes.crc32c);
  if (checksum === undefined) return true;
  if (checksum.value.length !== 4) return false;
  const blanked = header.slice();
  blanked.fill(0, checksum.start, checksum.start + 4);
  return crc32c(blanked) === new DataView(checksum.value.buffer, checksum.value.byteOffset).getUint32(0);
}

function sourceOf(header: Uint8Array, family: number): { address: string; port: number } | undefined {
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  switch (family) {
    case 1:
      return { address: header.subarray(16, 20).join('.'), port: view.getUint16(24) };
    case 2: {
      const groups = Array.from({ length: 8 }, (_, group) => view.getUint16(16 + 2 * group).toString(16));
      return { address: normalizeAddress(groups.join(':')), port: view.getUint16(48) };
    }
    default:
      return undefined;
  }
}

function vpcEndpointIdOf(tlvs: readonly Tlv[]): string | undefined {
  const aws = tlvs.find(({ type, value }) => type === tlvTypes.aws && value[0] === AWS_VPC_ENDPOINT_ID);
  return aws === undefined ? undefined : String.fromCharCode(...aws.value.subarray(1));
}
