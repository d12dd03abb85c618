import type { Tolerate } from '../pdu/leniency.ts';
import { decodeLatin1 } from './latin1.ts';

const nul = 0x00;
const space = 0x20;

/**
 * A UID from the wire, freed from padding.
 * `paddedToEven` says whether one trailing NUL is legal: in a command set it is (PS3.5 6.2, VR UI),
 * in a PDU item it is not (PS3.8 F.1). Other padding and leading zeros are tolerated and told.
 */
export function decodeUid(
  bytes: Uint8Array,
  start: number,
  end: number,
  paddedToEven: boolean,
  tolerate: Tolerate,
): string {
  let first = start;
  let last = end;
  while (last > first && isPadding(bytes[last - 1])) last--;
  while (first < last && isPadding(bytes[first])) first++;
  const legalPadding = paddedToEven && end - last === 1 && bytes[last] === nul;
  if (first > start || (end > last && !legalPadding)) tolerate('uid-padding');
  const uid = decodeLatin1(bytes, first, last);
  if (/(?:^|\.)0\d/.test(uid)) tolerate('uid-leading-zero');
  return uid;
}

/** Whether `uid` has the form of PS3.5 9.1: digits and dots, at most 64. Leading zeros are left to the leniency. */
export function isUid(uid: string): boolean {
  return uid.length <= 64 && /^\d+(?:\.\d+)*$/.test(uid);
}

function isPadding(byte: number | undefined): boolean {
  return byte === nul || byte === space;
}
