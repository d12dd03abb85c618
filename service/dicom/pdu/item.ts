import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { decodeUid } from '../bytes/uid.ts';
import type { Tolerate } from './leniency.ts';
import type { UnknownItem } from './types.ts';

/** Calls `take` for each item (type, reserved byte, 16-bit length, value) up to the end of `reader`. */
export function readItems(
  reader: ByteReader,
  take: (itemType: number, value: ByteReader, reservedByte: number) => void,
): void {
  while (reader.left > 0) {
    const itemType = reader.u8();
    const reservedByte = reader.u8();
    take(itemType, reader.within(reader.u16()), reservedByte);
  }
}

export function readUnknownItem(itemType: number, value: ByteReader): UnknownItem {
  return { itemType, bytes: value.copy(value.left) };
}

/** A UID that fills the rest of its item. */
export function readUid(value: ByteReader, tolerate: Tolerate, length = value.left): string {
  const { bytes, at } = value;
  value.skip(length);
  return decodeUid(bytes, at, at + length, false, tolerate);
}

/** A UID with a 16-bit length of its own before it. */
export function readSizedUid(value: ByteReader, tolerate: Tolerate): string {
  return readUid(value, tolerate, value.u16());
}

export function expectEnd(value: ByteReader, tolerate: Tolerate): void {
  if (value.left > 0) tolerate('item-trailing-bytes');
}

export function writeItem(writer: ByteWriter, itemType: number, content: () => void, reservedByte = 0): void {
  writer.u8(itemType).u8(reservedByte).sized16(content);
}

export function writeTextItem(writer: ByteWriter, itemType: number, text: string): void {
  writeItem(writer, itemType, () => writer.latin1(text));
}

export function writeSizedText(writer: ByteWriter, text: string): void {
  writer.sized16(() => writer.latin1(text));
}

export function writeUnknownItems(writer: ByteWriter, items: readonly UnknownItem[]): void {
  for (const { itemType, bytes } of items) writeItem(writer, itemType, () => writer.bytes(bytes));
}
