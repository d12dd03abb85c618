import { readFileSync } from 'node:fs';

/** The bytes of fixtures/<name>.hex: hex digits, `#` begins a comment. */
export function hexFixture(name: string): Uint8Array {
  const text = readFileSync(new URL(`./fixtures/${name}.hex`, import.meta.url), 'utf8');
  return bytesOfHex(text.replaceAll(/#.*/g, ''));
}

/** The bytes of hex digits, whitespace between them. */
export function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.trim().split(/\s+/), (digits) => Number.parseInt(digits, 16));
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
