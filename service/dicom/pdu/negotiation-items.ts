import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { itemTypes } from './codes.ts';
import { readSizedUid, writeItem, writeSizedText } from './item.ts';
import type { Tolerate } from './leniency.ts';
import type { CommonExtendedNegotiation, ExtendedNegotiation, RoleSelection, UserIdentity } from './types.ts';

/** SCP/SCU Role Selection sub-item (PS3.7 table D.3-9). */
export function readRoleSelection(value: ByteReader, tolerate: Tolerate): RoleSelection {
  return { sopClassUid: readSizedUid(value, tolerate), scu: value.u8() !== 0, scp: value.u8() !== 0 };
}

export function writeRoleSelection(writer: ByteWriter, role: RoleSelection): void {
  writeItem(writer, itemTypes.roleSelection, () => {
    writeSizedText(writer, role.sopClassUid);
    writer.u8(Number(role.scu)).u8(Number(role.scp));
  });
}

/** SOP Class Extended Negotiation sub-item (PS3.7 table D.3-11); its meaning is the service class's (PS3.4). */
export function readExtendedNegotiation(value: ByteReader, tolerate: Tolerate): ExtendedNegotiation {
  return { sopClassUid: readSizedUid(value, tolerate), information: value.copy(value.left) };
}

export function writeExtendedNegotiation(writer: ByteWriter, negotiation: ExtendedNegotiation): void {
  writeItem(writer, itemTypes.extendedNegotiation, () => {
    writeSizedText(writer, negotiation.sopClassUid);
    writer.bytes(negotiation.information);
  });
}

/** SOP Class Common Extended Negotiation sub-item (PS3.7 table D.3-12); its version stands in the second byte of the item. */
export function readCommonExtendedNegotiation(
  value: ByteReader,
  version: number,
  tolerate: Tolerate,
): CommonExtendedNegotiation {
  const sopClassUid = readSizedUid(value, tolerate);
  const serviceClassUid = readSizedUid(value, tolerate);
  const relatedGeneralSopClassUids: string[] = [];
  const related = value.within(value.u16());
  while (related.left > 0) relatedGeneralSopClassUids.push(readSizedUid(related, tolerate));
  // PS3.7 D.3.3.6.1 reserves the rest of the item for later versions of it: not a fault.
  value.skip(value.left);
  return { version, sopClassUid, serviceClassUid, relatedGeneralSopClassUids };
}

export function writeCommonExtendedNegotiation(writer: ByteWriter, negotiation: CommonExtendedNegotiation): void {
  const content = (): void => {
    writeSizedText(writer, negotiation.sopClassUid);
    writeSizedText(writer, negotiation.serviceClassUid);
    writer.sized16(() => {
      for (const uid of negotiation.relatedGeneralSopClassUids) writeSizedText(writer, uid);
    });
  };
  writeItem(writer, itemTypes.commonExtendedNegotiation, content, negotiation.version);
}

/** User Identity sub-item of an A-ASSOCIATE-RQ (PS3.7 table D.3-14). */
export function readUserIdentity(value: ByteReader): UserIdentity {
  return {
    identityType: value.u8(),
    positiveResponseRequested: value.u8() !== 0,
    primaryField: value.copy(value.u16()),
    // Absent in all but identity type 2 (user name and passcode), where it is mandatory; nothing to read is nothing sent.
    secondaryField: value.left > 0 ? value.copy(value.u16()) : new Uint8Array(0),
  };
}

export function writeUserIdentity(writer: ByteWriter, identity: UserIdentity): void {
  writeItem(writer, itemTypes.userIdentity, () => {
    writer.u8(identity.identityType).u8(Number(identity.positiveResponseRequested));
    writer.sized16(() => writer.bytes(identity.primaryField));
    writer.sized16(() => writer.bytes(identity.secondaryField));
  });
}
