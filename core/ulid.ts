const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A ULID: 26 Crockford base-32 characters, 48 bits of time and 80 of randomness, so that ids sort by the moment they
 * were made.
 * @param nowMs milliseconds since the epoch, 0 to 2^48 - 1
 * @param random at least 10 random bytes
 */
export function ulid(nowMs: number, random: Uint8Array): string {
  if (!Number.isInteger(nowMs) || nowMs < 0 || nowMs >= 2 ** 48) throw new RangeError(`time out of range: ${nowMs}`);
  if (random.length < 10) throw new RangeError('a ULID needs 10 random bytes');
  let time = '';
  for (let rest = nowMs, digit = 0; digit < 10; digit++, rest = Math.floor(rest / 32)) {
    time = CROCKFORD.charAt(rest % 32) + time;
  }
  let value = 0n;
  for (const byte of random.subarray(0, 10)) value = (value << 8n) | BigInt(byte);
  let entropy = '';
  for (let digit = 0; digit < 16; digit++, value >>= 5n) entropy = CROCKFORD.charAt(Number(value & 31n)) + entropy;
  return time + entropy;
}

/** The ULID that follows one of the same millisecond: its randomness and 1. */
export function ulidAfter(id: string): string {
  const last = CROCKFORD.indexOf(id.at(-1) ?? '');
  const next = CROCKFORD.charAt((last + 1) % CROCKFORD.length);
  return (last + 1 < CROCKFORD.length ? id.slice(0, -1) : ulidAfter(id.slice(0, -1))) + next;
}

/** The time a ULID was made, in milliseconds since the epoch. */
export function ulidTimeMs(id: string): number {
  let time = 0;
  for (const character of id.slice(0, 10)) time = time * 32 + CROCKFORD.indexOf(character);
  return time;
}
