import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The bytes that a real peer sent on one association, PDU by PDU. */
export interface Seed {
  readonly name: string;
  readonly pdus: readonly Uint8Array[];
}

const folder = join(import.meta.dirname, 'seeds');

/** Every recorded session; each file says who sent it. */
export function readSeeds(): readonly Seed[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.hex'))
    .sort()
    .map((name) => {
      const hex = readFileSync(join(folder, name), 'latin1').replaceAll(/#.*/g, '').replaceAll(/\s/g, '');
      return { name: name.slice(0, -'.hex'.length), pdus: splitPdus(Buffer.from(hex, 'hex')) };
    });
}

/** Cuts a stream of whole PDUs at their headers. What is incomplete at its end is the last. */
export function splitPdus(bytes: Buffer): readonly Buffer[] {
  const pdus: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 6 > bytes.length ? bytes.length : at + 6 + bytes.readUInt32BE(at + 2);
    pdus.push(bytes.subarray(at, end));
    at = end;
  }
  return pdus;
}
