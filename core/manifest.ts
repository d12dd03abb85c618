import { z } from 'zod';
import { batchIdSchema } from './object-keys.ts';
import { routeSchema } from './route.ts';

/** Why a batch was sealed. `owner-died`: the sweeper sealed it for an owner whose lease ran out. */
export const sealReasonSchema = z.enum([
  'quiet',
  'associations-ended',
  'max-files',
  'max-bytes',
  'hard-age',
  'drain',
  'owner-died',
]);
export type SealReason = z.infer<typeof sealReasonSchema>;

const uid = z.string().max(256);

/** One acknowledged instance, as it lies in the bucket. */
export const manifestInstanceSchema = z.strictObject({
  key: z.string().min(1).max(1024),
  bytes: z.int().nonnegative(),
  /** CRC-32 of the whole object, 8 hex digits. */
  crc32: z.string().regex(/^[0-9a-f]{8}$/),
  sopClassUid: uid,
  sopInstanceUid: uid,
  seriesInstanceUid: uid,
  studyInstanceUid: uid,
  transferSyntaxUid: uid,
  callingAeTitle: z.string().max(64),
  receivedAt: z.iso.datetime(),
  /** W3C trace context of its association: batches gather several. */
  traceparent: z.string().max(128).optional(),
});
export type ManifestInstance = Readonly<z.infer<typeof manifestInstanceSchema>>;

/**
 * `manifests/<batchId>.json`: what a sealed batch holds. Written once, by a conditional write, after every object it
 * names; never changed afterwards. Whoever reads it refuses a version that it does not know.
 */
export const manifestSchema = z.strictObject({
  version: z.literal(1),
  batchId: batchIdSchema,
  route: routeSchema,
  /** The process that received the batch: host name and process start. */
  owner: z.string().max(256),
  openedAt: z.iso.datetime(),
  sealedAt: z.iso.datetime(),
  sealReason: sealReasonSchema,
  /** W3C trace context of the batch, so that the pipeline continues the modality's trace. */
  traceparent: z.string().max(128).optional(),
  instances: z.array(manifestInstanceSchema),
});
export type Manifest = Readonly<z.infer<typeof manifestSchema>>;

/** `open/<batchId>.json`: the lease of an open batch. All that the sweeper needs to seal it in its owner's place. */
export const leaseSchema = z.strictObject({
  version: z.literal(1),
  batchId: batchIdSchema,
  route: routeSchema,
  owner: z.string().max(256),
  openedAt: z.iso.datetime(),
  /** Counts renewals, so that two writes of the lease never look alike. */
  renewal: z.int().nonnegative(),
  traceparent: z.string().max(128).optional(),
});
export type Lease = Readonly<z.infer<typeof leaseSchema>>;

/** Bytes of all instances together. */
export const manifestBytes = (manifest: Manifest): number =>
  manifest.instances.reduce((sum, instance) => sum + instance.bytes, 0);
