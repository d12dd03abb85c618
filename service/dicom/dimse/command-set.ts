import { decodeLatin1 } from '../bytes/latin1.ts';
import { decodeUid } from '../bytes/uid.ts';
import { PeerFault } from '../errors.ts';
import type { Tolerate } from '../pdu/leniency.ts';
import {
  type CommandKeyword,
  type CommandSet,
  type CommandValue,
  type CommandVr,
  commandElements,
} from './command-elements.ts';

/** Group, element and a 32-bit length: Implicit VR Little Endian (PS3.7 6.3.1). */
const elementHeaderBytes = 8;
const groupLengthBytes = 4;
const nul = 0x00;
const space = 0x20;

const keywords = Object.entries(commandElements).map(([keyword, { element, vr }]) => ({
  keyword: keyword as CommandKeyword,
  element,
  vr,
}));
const keywordOf = new Map(keywords.map((entry) => [entry.element as number, entry]));

/** Decodes a command set; throws a PeerFault where it is cut short, of another group, or ill typed. */
export function decodeCommandSet(bytes: Uint8Array, tolerate: Tolerate): CommandSet {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: { [K in CommandKeyword]?: CommandValue } = {};
  let before = -1;
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < elementHeaderBytes) throw new PeerFault('COMMAND_MALFORMED', 'element header cut short');
    const group = view.getUint16(at, true);
    const element = view.getUint16(at + 2, true);
    const length = view.getUint32(at + 4, true);
    at += elementHeaderBytes;
    if (group !== 0) throw new PeerFault('COMMAND_MALFORMED', `group ${group}`);
    if (length > bytes.length - at) throw new PeerFault('COMMAND_MALFORMED', `element ${element} of ${length} bytes`);
    if (before < 0 && element !== 0) tolerate('command-group-length-missing');
    if (element <= before) tolerate('command-elements-unordered');
    if (length % 2 === 1) tolerate('command-value-odd');
    before = element;
    const end = at + length;
    if (element === 0 && (length !== groupLengthBytes || view.getUint32(at, true) !== bytes.length - end)) {
      tolerate('command-group-length-wrong');
    }
    const known = keywordOf.get(element);
    if (known && length > 0) found[known.keyword] = decodeValue(known.vr, view, bytes, at, end, tolerate);
    at = end;
  }
  return found as CommandSet;
}

function decodeValue(
  vr: CommandVr,
  view: DataView,
  bytes: Uint8Array,
  start: number,
  end: number,
  tolerate: Tolerate,
): CommandValue {
  switch (vr) {
    case 'US':
      if (end - start !== 2) throw new PeerFault('COMMAND_MALFORMED', `US of ${end - start} bytes`);
      return view.getUint16(start, true);
    case 'UI':
      return decodeUid(bytes, start, end, true, tolerate);
    case 'AT':
      return decodeTags(view, start, end);
    case 'AE':
    case 'LO':
      return decodeLatin1(bytes, start, end).replaceAll('\0', ' ').trim();
  }
}

function decodeTags(view: DataView, start: number, end: number): number[] {
  const tags: number[] = [];
  for (let at = start; at + 4 <= end; at += 4) {
    tags.push(view.getUint16(at, true) * 0x10000 + view.getUint16(at + 2, true));
  }
  return tags;
}

/** Encodes a command set, Command Group Length first, elements in ascending order, values padded to even length. */
export function encodeCommandSet(command: CommandSet): Uint8Array {
  const present: { readonly element: number; readonly vr: CommandVr; readonly value: CommandValue }[] = [];
  let size = 0;
  for (const { keyword, element, vr } of keywords) {
    const value: CommandValue | undefined = command[keyword];
    if (value === undefined) continue;
    present.push({ element, vr, value });
    size += elementHeaderBytes + encodedBytes(value);
  }
  const encoded = new Uint8Array(elementHeaderBytes + groupLengthBytes + size);
  const view = new DataView(encoded.buffer);
  view.setUint32(4, groupLengthBytes, true);
  view.setUint32(8, size, true);
  let at = elementHeaderBytes + groupLengthBytes;
  for (const { element, vr, value } of present) {
    const length = encodedBytes(value);
    view.setUint16(at + 2, element, true);
    view.setUint32(at + 4, length, true);
    at += elementHeaderBytes;
    if (typeof value === 'string') encodeText(view, at, value, vr === 'UI' ? nul : space);
    else if (typeof value === 'number') view.setUint16(at, value, true);
    else encodeTags(view, at, value);
    at += length;
  }
  return encoded;
}

function encodedBytes(value: CommandValue): number {
  if (typeof value === 'number') return 2;
  return typeof value === 'string' ? value.length + (value.length % 2) : value.length * 4;
}

function encodeText(view: DataView, start: number, text: string, padding: number): void {
  for (let at = 0; at < text.length; at++) view.setUint8(start + at, text.charCodeAt(at));
  if (text.length % 2 === 1) view.setUint8(start + text.length, padding);
}

function encodeTags(view: DataView, start: number, tags: readonly number[]): void {
  for (const [index, tag] of tags.entries()) {
    view.setUint16(start + index * 4, tag >>> 16, true);
    view.setUint16(start + index * 4 + 2, tag & 0xffff, true);
  }
}
