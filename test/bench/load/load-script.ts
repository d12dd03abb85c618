import { syntheticStudy } from '../../../local/synthetic/synthetic-study.ts';
import { commandFields } from '../../../service/dicom/dimse/command-elements.ts';
import { encodeCommandSet } from '../../../service/dicom/dimse/command-set.ts';
import { dicomApplicationContext } from '../../../service/dicom/pdu/codes.ts';
import { encodePdu } from '../../../service/dicom/pdu/encode.ts';
import { controlBits, encodeCommandPdus } from '../../../service/dicom/pdu/p-data.ts';
import { noUserInformation } from '../../../service/dicom/pdu/user-information.ts';

/** The image that a workload sends over and over, each time as another SOP instance. */
export interface Image {
  readonly modality: 'CT' | 'US';
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
}

/**
 * The bytes of an association as a generator sends them. An instance is `head`, then `blockCount` times `block`, then
 * `tail`: so that one of any length is sent from memory that stays in the processor's cache.
 */
export interface LoadScript {
  readonly request: Uint8Array;
  readonly head: Uint8Array;
  readonly block: Uint8Array;
  readonly blockCount: number;
  readonly tail: Uint8Array;
  /** Where in `head` the Message ID stands. */
  readonly messageIdAt: number;
  /** Where in `head` the nine digits stand that make each SOP Instance UID another. */
  readonly uidAt: readonly number[];
  /** Length of the data set of one instance. */
  readonly instanceBytes: number;
}

const explicitVrLittleEndian = '1.2.840.10008.1.2.1';
const contextId = 1;
const pdvHeaderBytes = 6;
const blockBytes = 256 * 1024;
export const uidDigits = 9;

/** Encodes an image for a peer that takes PDUs of `pduBytes`. */
export function loadScript(image: Image, pduBytes: number): LoadScript {
  let uid = 1;
  const sopInstanceUid = `2.25.1${'0'.repeat(uidDigits)}`;
  const uids = ['2.25.81', '2.25.82', '2.25.83', sopInstanceUid];
  const [instance] = syntheticStudy({
    ...image,
    newUid: () => uids[uid++ - 1] ?? `2.25.${uid}`,
    series: 1,
    instancesPerSeries: 1,
    transferSyntaxUid: explicitVrLittleEndian,
  });
  if (instance === undefined) throw new Error('no instance');
  const elements: Uint8Array = instance.chunks().next().value ?? new Uint8Array();
  const fragmentBytes = pduBytes - pdvHeaderBytes;
  const fragments = Math.ceil(instance.bytes / fragmentBytes);
  const command = encodeCommandPdus(
    contextId,
    encodeCommandSet({
      affectedSopClassUid: instance.sopClassUid,
      commandField: commandFields.cStoreRq,
      messageId: 1,
      priority: 0,
      commandDataSetType: 0,
      affectedSopInstanceUid: sopInstanceUid,
    }),
    pduBytes,
  );
  const first = new Uint8Array(Math.min(fragmentBytes, instance.bytes));
  if (elements.length > first.length) throw new Error(`PDUs of ${pduBytes} bytes do not hold the elements`);
  first.set(elements);
  const head = Buffer.concat([command, dataPdu(first, fragments === 1)]);
  const whole = dataPdu(new Uint8Array(fragmentBytes), false);
  const perBlock = Math.max(1, Math.floor(blockBytes / pduBytes));
  const between = Math.max(0, fragments - 2);
  const blockCount = Math.floor(between / perBlock);
  const last = dataPdu(new Uint8Array(instance.bytes - (fragments - 1) * fragmentBytes), true);
  return {
    request: associateRq(instance.sopClassUid, pduBytes),
    head,
    block: repeat(whole, blockCount === 0 ? 0 : perBlock),
    blockCount,
    tail: fragments === 1 ? new Uint8Array() : Buffer.concat([repeat(whole, between % perBlock), last]),
    messageIdAt: head.indexOf(Uint8Array.of(0, 0, 0x10, 0x01, 2, 0, 0, 0)) + 8,
    uidAt: occurrences(head, sopInstanceUid).map((at) => at + sopInstanceUid.length - uidDigits),
    instanceBytes: instance.bytes,
  };
}

/** The script as `replay.c` reads it: little-endian words, then the pieces. */
export function encodeScript(script: LoadScript): Uint8Array {
  const { request, head, block, blockCount, tail, messageIdAt, uidAt } = script;
  const words = [
    request.length,
    head.length,
    block.length,
    blockCount,
    tail.length,
    messageIdAt,
    uidAt.length,
    ...uidAt,
  ];
  return Buffer.concat([new Uint8Array(Uint32Array.from(words).buffer), request, head, block, tail]);
}

function associateRq(sopClassUid: string, pduBytes: number): Uint8Array {
  return encodePdu({
    type: 'associate-rq',
    protocolVersion: 1,
    calledAeTitle: 'STORESCP',
    callingAeTitle: 'BENCHSCU',
    reserved: new Uint8Array(32),
    applicationContextName: dicomApplicationContext,
    presentationContexts: [
      { id: contextId, abstractSyntaxUid: sopClassUid, transferSyntaxUids: [explicitVrLittleEndian] },
    ],
    userInformation: {
      ...noUserInformation,
      maxPduBytes: pduBytes,
      implementationClassUid: '2.25.1',
      implementationVersionName: 'REPLAY',
    },
    unknownItems: [],
  });
}

function dataPdu(fragment: Uint8Array, isLast: boolean): Uint8Array {
  const control = isLast ? controlBits.last : 0;
  return encodePdu({ type: 'p-data-tf', values: [{ contextId, control, fragment }] });
}

function repeat(bytes: Uint8Array, count: number): Uint8Array {
  return Buffer.concat(Array.from({ length: count }, () => bytes));
}

function occurrences(bytes: Buffer, text: string): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) found.push(at);
  return found;
}
