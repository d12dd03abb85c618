import { crc32 } from 'node:zlib';
import { type SpoolRecord, spoolRecordSchema } from '../../../core/spool-record.ts';

const MAGIC = Buffer.from('SCPSPOOL');
const FOOTER_BYTES = MAGIC.length + 8;

/** No trailer is longer: some UIDs and a few words. */
export const maxTrailerBytes = 8 * 1024;

/** A file of the spool does not hold what was acknowledged. */
export class SpoolDamage extends Error {
  override readonly name = 'SpoolDamage';
  readonly code = 'SPOOL_DAMAGED';
}

/**
 * What stands behind the bytes of a spooled instance: its record as JSON, then the length and the CRC-32 of that, and
 * a magic word at the very end, so a file that was cut anywhere is told from one that is whole.
 */
export function encodeTrailer(record: SpoolRecord): Uint8Array {
  const json = Buffer.from(JSON.stringify(record));
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32LE(json.length, 0);
  numbers.writeUInt32LE(crc32(json), 4);
  return Buffer.concat([json, numbers, MAGIC]);
}

/**
 * Reads the record off the end of a file.
 * @param tail the last `maxTrailerBytes` of the file, or all of it
 * @throws SpoolDamage
 */
export function decodeTrailer(tail: Buffer, fileBytes: number): SpoolRecord {
  const footer = tail.subarray(-FOOTER_BYTES);
  if (footer.length < FOOTER_BYTES || !footer.subarray(8).equals(MAGIC)) throw new SpoolDamage('it has no end');
  const jsonBytes = footer.readUInt32LE(0);
  const json = tail.subarray(0, -FOOTER_BYTES).subarray(-jsonBytes);
  if (json.length !== jsonBytes || crc32(json) !== footer.readUInt32LE(4)) {
    throw new SpoolDamage('its record does not have its checksum');
  }
  const parsed = spoolRecordSchema.safeParse(JSON.parse(json.toString()));
  if (!parsed.success) throw new SpoolDamage('its record is of another release');
  const record = parsed.data;
  if (record.bytes + jsonBytes + FOOTER_BYTES !== fileBytes) throw new SpoolDamage('it does not have its length');
  return record;
}
