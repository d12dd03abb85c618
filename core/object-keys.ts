import { z } from 'zod';

/** A batch id: a ULID. It is also the import job's name and client token, so it keeps to [A-Za-z0-9._-], at most 64. */
export const batchIdSchema = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'a batch id is a ULID')
  .brand('BatchId');
export type BatchId = z.infer<typeof batchIdSchema>;

const BATCHES = 'batches/';
const PARTS = 'parts/';
const MANIFESTS = 'manifests/';
const OPEN = 'open/';
const MAX_SEGMENT_CHARACTERS = 200;

/** Where the objects of a batch lie. Ends in a slash: HealthImaging takes a prefix, and without it siblings match too. */
export const batchPrefix = (batchId: BatchId): string => `${BATCHES}${batchId}/`;

/** Where the objects of a part of a batch are copied to that has a job of its own. Nothing starts when they appear. */
export const partPrefix = (jobName: string): string => `${PARTS}${jobName}/`;

/** The key of an object's copy for a part. */
export const keyInPart = (key: string, batchId: BatchId, jobName: string): string =>
  partPrefix(jobName) + key.slice(batchPrefix(batchId).length);

/** The seal of a batch: written last, and the only key whose creation starts an import. */
export const manifestKey = (batchId: BatchId): string => `${MANIFESTS}${batchId}.json`;

/** The lease of an open batch, renewed by its owner. */
export const leaseKey = (batchId: BatchId): string => `${OPEN}${batchId}.json`;

export const leasePrefix = OPEN;
export const manifestPrefix = MANIFESTS;
export const batchesPrefix = BATCHES;
export const partsPrefix = PARTS;

/**
 * The key of an instance. A second instance of the same UID with other bytes gets a variant number, so that nothing is
 * overwritten.
 * @param variant 0 for the first instance of this UID in the batch
 */
export function instanceKey(batchId: BatchId, seriesInstanceUid: string, sopInstanceUid: string, variant = 0): string {
  const suffix = variant === 0 ? '' : `~${variant}`;
  return `${batchPrefix(batchId)}${segment(seriesInstanceUid)}/${segment(sopInstanceUid)}${suffix}.dcm`;
}

/** The key of an object after it has moved to another batch. */
export const keyInBatch = (key: string, from: BatchId, to: BatchId): string =>
  batchPrefix(to) + key.slice(batchPrefix(from).length);

/** The batch a key belongs to (`batches/<id>/…`, `manifests/<id>.json`, `open/<id>.json`), or undefined. */
export function batchIdOf(key: string): BatchId | undefined {
  const id = /^(?:batches\/([^/]+)\/|(?:manifests|open)\/([^/]+)\.json$)/.exec(key);
  const parsed = batchIdSchema.safeParse(id?.[1] ?? id?.[2]);
  return parsed.success ? parsed.data : undefined;
}

/**
 * A UID as one path segment. Well-formed UIDs stay as they are; every other character is escaped as `_hh`, so that two
 * different values never share a key and none can leave its folder.
 */
function segment(uid: string): string {
  if (uid === '') return '_';
  if (/^[0-9A-Za-z-][0-9A-Za-z.-]*$/.test(uid) && uid.length <= MAX_SEGMENT_CHARACTERS) return uid;
  const escaped = [...new TextEncoder().encode(uid)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[0-9A-Za-z.-]/.test(character) ? character : `_${byte.toString(16).padStart(2, '0')}`;
    })
    .join('')
    .replace(/^\.+$/, (dots) => '_2e'.repeat(dots.length));
  if (escaped.length <= MAX_SEGMENT_CHARACTERS) return escaped;
  return `${escaped.slice(0, MAX_SEGMENT_CHARACTERS)}_${fnv1a(uid)}`;
}

/** FNV-1a, 32 bits, as hex: enough to keep over-long UIDs with a common beginning apart. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
