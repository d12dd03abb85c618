import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { PeerFault } from '../errors.ts';
import { itemTypes } from './codes.ts';
import { expectEnd, readItems, readUid, readUnknownItem, writeItem, writeTextItem, writeUnknownItems } from './item.ts';
import type { Tolerate } from './leniency.ts';
import {
  readCommonExtendedNegotiation,
  readExtendedNegotiation,
  readRoleSelection,
  readUserIdentity,
  writeCommonExtendedNegotiation,
  writeExtendedNegotiation,
  writeRoleSelection,
  writeUserIdentity,
} from './negotiation-items.ts';
import type { UserInformation } from './types.ts';

/** The User Information of somebody who says nothing. */
export const noUserInformation: UserInformation = {
  maxPduBytes: undefined,
  implementationClassUid: undefined,
  implementationVersionName: undefined,
  asyncOperationsWindow: undefined,
  roleSelections: [],
  extendedNegotiations: [],
  commonExtendedNegotiations: [],
  userIdentity: undefined,
  userIdentityResponse: undefined,
  unknownItems: [],
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** Reads the sub-items of a User Information item; throws a PeerFault for one that is cut short or may not be repeated. */
export function readUserInformation(reader: ByteReader, tolerate: Tolerate): UserInformation {
  const found: Mutable<UserInformation> = {
    ...noUserInformation,
    roleSelections: [],
    extendedNegotiations: [],
    commonExtendedNegotiations: [],
    unknownItems: [],
  };
  const single = <T>(before: T | undefined, value: T): T => {
    if (before !== undefined) throw new PeerFault('ITEM_REPEATED', 'user information sub-item');
    return value;
  };
  readItems(reader, (itemType, value, reservedByte) => {
    switch (itemType) {
      case itemTypes.maxLength:
        found.maxPduBytes = single(found.maxPduBytes, value.u32());
        break;
      case itemTypes.implementationClassUid:
        found.implementationClassUid = single(found.implementationClassUid, readUid(value, tolerate));
        break;
      case itemTypes.implementationVersionName:
        found.implementationVersionName = single(found.implementationVersionName, readVersionName(value, tolerate));
        break;
      case itemTypes.asyncOperationsWindow:
        found.asyncOperationsWindow = single(found.asyncOperationsWindow, {
          maxInvoked: value.u16(),
          maxPerformed: value.u16(),
        });
        break;
      case itemTypes.roleSelection:
        found.roleSelections.push(readRoleSelection(value, tolerate));
        break;
      case itemTypes.extendedNegotiation:
        found.extendedNegotiations.push(readExtendedNegotiation(value, tolerate));
        break;
      case itemTypes.commonExtendedNegotiation:
        found.commonExtendedNegotiations.push(readCommonExtendedNegotiation(value, reservedByte, tolerate));
        break;
      case itemTypes.userIdentity:
        found.userIdentity = single(found.userIdentity, readUserIdentity(value));
        break;
      case itemTypes.userIdentityResponse:
        found.userIdentityResponse = single(found.userIdentityResponse, value.copy(value.u16()));
        break;
      default:
        found.unknownItems.push(readUnknownItem(itemType, value));
    }
    expectEnd(value, tolerate);
  });
  return found;
}

export function writeUserInformation(writer: ByteWriter, information: UserInformation): void {
  writeItem(writer, itemTypes.userInformation, () => {
    const { maxPduBytes, asyncOperationsWindow, userIdentity, userIdentityResponse } = information;
    if (maxPduBytes !== undefined) writeItem(writer, itemTypes.maxLength, () => writer.u32(maxPduBytes));
    if (information.implementationClassUid !== undefined) {
      writeTextItem(writer, itemTypes.implementationClassUid, information.implementationClassUid);
    }
    if (asyncOperationsWindow) {
      writeItem(writer, itemTypes.asyncOperationsWindow, () =>
        writer.u16(asyncOperationsWindow.maxInvoked).u16(asyncOperationsWindow.maxPerformed),
      );
    }
    for (const role of information.roleSelections) writeRoleSelection(writer, role);
    if (information.implementationVersionName !== undefined) {
      writeTextItem(writer, itemTypes.implementationVersionName, information.implementationVersionName);
    }
    for (const negotiation of information.extendedNegotiations) writeExtendedNegotiation(writer, negotiation);
    for (const negotiation of information.commonExtendedNegotiations) {
      writeCommonExtendedNegotiation(writer, negotiation);
    }
    if (userIdentity) writeUserIdentity(writer, userIdentity);
    if (userIdentityResponse) {
      writeItem(writer, itemTypes.userIdentityResponse, () => writer.sized16(() => writer.bytes(userIdentityResponse)));
    }
    writeUnknownItems(writer, information.unknownItems);
  });
}

function readVersionName(value: ByteReader, tolerate: Tolerate): string {
  const name = value.latin1(value.left);
  if (name.length > 16) tolerate('implementation-version-name-too-long');
  return name;
}
