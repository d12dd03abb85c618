import { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { hasControlCharacters } from '../bytes/latin1.ts';
import { PeerFault } from '../errors.ts';
import { itemTypes } from './codes.ts';
import { readItems, readUid, readUnknownItem, writeTextItem, writeUnknownItems } from './item.ts';
import type { Tolerate } from './leniency.ts';
import {
  readAnsweredContext,
  readProposedContext,
  writeAnsweredContext,
  writeProposedContext,
} from './presentation-context.ts';
import type { AssociateAc, AssociateRq, UnknownItem, UserInformation } from './types.ts';
import { noUserInformation, readUserInformation, writeUserInformation } from './user-information.ts';

/** Bytes 11 to 74 of the PDU, both AE titles and what is reserved after them, within its body. */
export const echoedField = { start: 4, end: 68 } as const;

/** Decodes the body of an A-ASSOCIATE-RQ (PS3.8 9.3.2); throws a PeerFault. */
export function decodeAssociateRq(body: Uint8Array, tolerate: Tolerate): AssociateRq {
  const reader = new ByteReader(body);
  const protocolVersion = reader.u16();
  reader.skip(2);
  const calledAeTitle = readAeTitle(reader, tolerate);
  const callingAeTitle = readAeTitle(reader, tolerate);
  const reserved = reader.copy(32);
  const variable = readVariableItems(reader, itemTypes.presentationContextRq, readProposedContext, tolerate);
  const { maxPduBytes, implementationClassUid } = variable.userInformation;
  if (maxPduBytes === undefined) tolerate('max-length-missing');
  if (implementationClassUid === undefined) tolerate('implementation-class-uid-missing');
  return { type: 'associate-rq', protocolVersion, calledAeTitle, callingAeTitle, reserved, ...variable };
}

export function writeAssociateRq(writer: ByteWriter, pdu: AssociateRq): void {
  writer.u16(pdu.protocolVersion).zeros(2);
  writer.latin1(pdu.calledAeTitle.padEnd(16)).latin1(pdu.callingAeTitle.padEnd(16)).bytes(pdu.reserved);
  writeTextItem(writer, itemTypes.applicationContext, pdu.applicationContextName);
  for (const context of pdu.presentationContexts) writeProposedContext(writer, context);
  writeUserInformation(writer, pdu.userInformation);
  writeUnknownItems(writer, pdu.unknownItems);
}

/** Decodes the body of an A-ASSOCIATE-AC (PS3.8 9.3.3); throws a PeerFault. */
export function decodeAssociateAc(body: Uint8Array, tolerate: Tolerate): AssociateAc {
  const reader = new ByteReader(body);
  const protocolVersion = reader.u16();
  reader.skip(2);
  const echoed = reader.copy(echoedField.end - echoedField.start);
  const variable = readVariableItems(reader, itemTypes.presentationContextAc, readAnsweredContext, tolerate);
  return { type: 'associate-ac', protocolVersion, echoed, ...variable };
}

export function writeAssociateAc(writer: ByteWriter, pdu: AssociateAc): void {
  writer.u16(pdu.protocolVersion).zeros(2).bytes(pdu.echoed);
  writeTextItem(writer, itemTypes.applicationContext, pdu.applicationContextName);
  for (const context of pdu.presentationContexts) writeAnsweredContext(writer, context);
  writeUserInformation(writer, pdu.userInformation);
  writeUnknownItems(writer, pdu.unknownItems);
}

interface VariableItems<Context> {
  readonly applicationContextName: string;
  readonly presentationContexts: Context[];
  readonly userInformation: UserInformation;
  readonly unknownItems: UnknownItem[];
}

function readVariableItems<Context>(
  reader: ByteReader,
  contextItemType: number,
  readContext: (value: ByteReader, tolerate: Tolerate) => Context,
  tolerate: Tolerate,
): VariableItems<Context> {
  let applicationContextName: string | undefined;
  let userInformation: UserInformation | undefined;
  const presentationContexts: Context[] = [];
  const unknownItems: UnknownItem[] = [];
  readItems(reader, (itemType, value) => {
    if (itemType === contextItemType) {
      presentationContexts.push(readContext(value, tolerate));
    } else if (itemType === itemTypes.applicationContext) {
      if (applicationContextName !== undefined) throw new PeerFault('ITEM_REPEATED', 'application context');
      applicationContextName = readUid(value, tolerate);
    } else if (itemType === itemTypes.userInformation) {
      if (userInformation) throw new PeerFault('ITEM_REPEATED', 'user information');
      userInformation = readUserInformation(value, tolerate);
    } else {
      unknownItems.push(readUnknownItem(itemType, value));
    }
  });
  if (applicationContextName === undefined) throw new PeerFault('ITEM_MISSING', 'application context');
  return {
    applicationContextName,
    presentationContexts,
    userInformation: userInformation ?? noUserInformation,
    unknownItems,
  };
}

function readAeTitle(reader: ByteReader, tolerate: Tolerate): string {
  const field = reader.latin1(16);
  const title = trimAeTitle(field);
  if (title === '') tolerate('ae-title-blank');
  if (hasControlCharacters(field)) tolerate('ae-title-control-characters');
  return title;
}

/** Spaces around an AE title are not significant (PS3.5 6.2); some peers end it with NUL. */
function trimAeTitle(field: string): string {
  const nul = field.indexOf('\0');
  return (nul < 0 ? field : field.slice(0, nul)).trim();
}
