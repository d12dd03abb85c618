/**
 * A source of UIDs under 2.25, each a random UUID as a decimal number (PS3.5 B.2).
 * `randomBytes` gives as many random bytes as it is asked for.
 */
export function uuidUidSource(randomBytes: (count: number) => Uint8Array): () => string {
  return () => {
    const bytes = Uint8Array.from(randomBytes(16));
    // Version 4 and variant 1 (RFC 9562 5.4).
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    return `2.25.${BigInt(`0x${Buffer.from(bytes).toString('hex')}`)}`;
  };
}
