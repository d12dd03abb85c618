import { z } from 'zod';
import type { RefusedInstance, StoredInstance, StowAnswer } from './instance-outlet.ts';

/** Tags of the Store Instances Response Module (PS3.18 I.2) in the DICOM JSON Model (PS3.18 F). */
const tags = {
  sopInstanceUid: '00080018',
  referencedSopInstanceUid: '00081155',
  warningReason: '00081196',
  failureReason: '00081197',
  failedSopSequence: '00081198',
  referencedSopSequence: '00081199',
} as const;

const element = z
  .object({ Value: z.array(z.unknown()).optional() })
  .optional()
  .catch(undefined);
const item = z.record(z.string(), element);
type Item = z.infer<typeof item>;

/** "HealthImaging Warning Codes" of the guide: the types that import jobs give for the same. */
export const warningTypes: Readonly<Record<number, string>> = {
  45056: 'CoercionOfDataElements',
  45062: 'ElementsDiscarded',
  45063: 'SopClassDataMismatch',
  45312: 'TranscodingException',
  45328: 'FramesExtractionFailure',
  45329: 'FrameNumberMismatch',
  45330: 'InvalidOffsetTable',
  45344: 'UnsupportedTransferSyntax',
  45569: 'InvalidUidFormat',
  45570: 'InvalidDicomValueLength',
};

/**
 * Reads the answer of a store transaction. An instance that is said to be both stored and refused counts as refused:
 * arrival has to be proven. What cannot be read names nothing.
 */
export function parseStowAnswer(text: string): StowAnswer {
  const answer = item.safeParse(parseJson(text)).data ?? {};
  const refused: readonly RefusedInstance[] = itemsOf(answer, tags.failedSopSequence).flatMap((one) => {
    const sopInstanceUid = uidOf(one);
    if (sopInstanceUid === undefined) return [];
    return [{ sopInstanceUid, failureReason: hex(numbersOf(one, tags.failureReason)[0]) }];
  });
  const notStored = new Set(refused.map(({ sopInstanceUid }) => sopInstanceUid));
  const stored: readonly StoredInstance[] = itemsOf(answer, tags.referencedSopSequence).flatMap((one) => {
    const sopInstanceUid = uidOf(one);
    if (sopInstanceUid === undefined || notStored.has(sopInstanceUid)) return [];
    const warnings = numbersOf(one, tags.warningReason).map((code) => warningTypes[code] ?? `Other (${hex(code)})`);
    return [{ sopInstanceUid, warnings }];
  });
  return { stored, refused };
}

const itemsOf = (parent: Item, tag: string): readonly Item[] =>
  (parent[tag]?.Value ?? []).map((value) => item.safeParse(value).data ?? {});

/** AWS's own sample reads the SOP Instance UID where the standard has the Referenced SOP Instance UID. */
function uidOf(one: Item): string | undefined {
  const uid = one[tags.referencedSopInstanceUid]?.Value?.[0] ?? one[tags.sopInstanceUid]?.Value?.[0];
  return typeof uid === 'string' && uid !== '' ? uid : undefined;
}

const numbersOf = (one: Item, tag: string): readonly number[] =>
  (one[tag]?.Value ?? []).filter((value) => typeof value === 'number');

const hex = (code: number | undefined): string =>
  code === undefined ? 'none' : `0x${code.toString(16).toUpperCase().padStart(4, '0')}`;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
