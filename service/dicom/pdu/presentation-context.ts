import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { PeerFault } from '../errors.ts';
import { itemTypes } from './codes.ts';
import { readItems, readUid, writeItem, writeTextItem } from './item.ts';
import type { Tolerate } from './leniency.ts';
import type { AnsweredContext, ProposedContext } from './types.ts';

/** Presentation Context item of an A-ASSOCIATE-RQ (PS3.8 9.3.2.2). */
export function readProposedContext(value: ByteReader, tolerate: Tolerate): ProposedContext {
  const id = value.u8();
  value.skip(3);
  let abstractSyntaxUid: string | undefined;
  const transferSyntaxUids: string[] = [];
  readItems(value, (itemType, syntax) => {
    if (itemType === itemTypes.transferSyntax) transferSyntaxUids.push(readUid(syntax, tolerate));
    if (itemType === itemTypes.abstractSyntax) {
      if (abstractSyntaxUid !== undefined) throw new PeerFault('ITEM_REPEATED', 'abstract syntax');
      abstractSyntaxUid = readUid(syntax, tolerate);
    }
  });
  if (abstractSyntaxUid === undefined) throw new PeerFault('ITEM_MISSING', 'abstract syntax');
  return { id, abstractSyntaxUid, transferSyntaxUids };
}

export function writeProposedContext(writer: ByteWriter, context: ProposedContext): void {
  writeItem(writer, itemTypes.presentationContextRq, () => {
    writer.u8(context.id).zeros(3);
    writeTextItem(writer, itemTypes.abstractSyntax, context.abstractSyntaxUid);
    for (const uid of context.transferSyntaxUids) writeTextItem(writer, itemTypes.transferSyntax, uid);
  });
}

/** Presentation Context item of an A-ASSOCIATE-AC (PS3.8 9.3.3.2). */
export function readAnsweredContext(value: ByteReader, tolerate: Tolerate): AnsweredContext {
  const id = value.u8();
  value.skip(1);
  const result = value.u8();
  value.skip(1);
  let transferSyntaxUid: string | undefined;
  readItems(value, (itemType, syntax) => {
    if (itemType === itemTypes.transferSyntax) transferSyntaxUid = readUid(syntax, tolerate);
  });
  return { id, result, transferSyntaxUid };
}

export function writeAnsweredContext(writer: ByteWriter, context: AnsweredContext): void {
  writeItem(writer, itemTypes.presentationContextAc, () => {
    writer.u8(context.id).u8(0).u8(context.result).u8(0);
    if (context.transferSyntaxUid !== undefined) {
      writeTextItem(writer, itemTypes.transferSyntax, context.transferSyntaxUid);
    }
  });
}
