import { describe, expect, it } from 'vitest';
import {
  type Lease,
  leaseSchema,
  type Manifest,
  manifestBytes,
  manifestSchema,
  sealReasonSchema,
} from '../../core/manifest.ts';
import { batchIdSchema, instanceKey } from '../../core/object-keys.ts';
import { sampleBatchId, sampleMetadata } from '../support/sample-metadata.ts';

const batchId = batchIdSchema.parse(sampleBatchId(7));
const at = '2026-01-02T03:04:05.678Z';
const common = {
  version: 1,
  batchId,
  route: { name: 'default', priority: 'routine' },
  owner: 'host/1',
  openedAt: at,
} as const;

const instance = (n: number, bytes: number) => ({
  key: instanceKey(batchId, '1.2', `1.2.${n}`),
  bytes,
  crc32: '0badcafe',
  ...sampleMetadata(n),
});
const manifest: Manifest = {
  ...common,
  sealedAt: at,
  sealReason: 'quiet',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  instances: [instance(1, 3), instance(2, 4)],
};
const lease: Lease = { ...common, renewal: 3 };

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe.each([
  ['manifest', manifestSchema, manifest],
  ['lease', leaseSchema, lease],
] as const)('the schema of a %s', (_name, schema, valid) => {
  it('takes back what was written', () => {
    expect(schema.parse(overTheWire(valid))).toEqual(valid);
  });

  it('refuses another version', () => {
    for (const version of [0, 2, '1', undefined]) expect(schema.safeParse({ ...valid, version }).success).toBe(false);
  });

  it('refuses fields that it does not know', () => {
    expect(schema.safeParse({ ...valid, patientName: 'x' }).success).toBe(false);
    expect(schema.safeParse({ ...valid, route: { ...valid.route, x: 1 } }).success).toBe(false);
  });

  it('needs every field but the trace', () => {
    for (const field of Object.keys(valid).filter((name) => name !== 'traceparent')) {
      expect(schema.safeParse({ ...valid, [field]: undefined }).success, field).toBe(false);
    }
  });

  it('refuses a batch id that is no ULID and times that are none', () => {
    expect(schema.safeParse({ ...valid, batchId: '../x' }).success).toBe(false);
    expect(schema.safeParse({ ...valid, openedAt: 'yesterday' }).success).toBe(false);
  });
});

describe('an instance of a manifest', () => {
  const withInstance = (changes: object) =>
    manifestSchema.safeParse({ ...manifest, instances: [{ ...instance(1, 3), ...changes }] }).success;

  it('has a length and a checksum', () => {
    expect(withInstance({})).toBe(true);
    for (const changes of [
      { bytes: -1 },
      { bytes: 1.5 },
      { crc32: 'XYZ' },
      { crc32: '0BADCAFE' },
      { key: '' },
      { extra: 1 },
    ]) {
      expect(withInstance(changes), JSON.stringify(changes)).toBe(false);
    }
  });

  it('may lack UIDs that the data set lacked', () => {
    expect(withInstance({ seriesInstanceUid: '', studyInstanceUid: '' })).toBe(true);
  });
});

describe('manifestBytes', () => {
  it('adds up the instances', () => {
    expect(manifestBytes(manifest)).toBe(7);
    expect(manifestBytes({ ...manifest, instances: [] })).toBe(0);
  });
});

describe('sealReasonSchema', () => {
  it('has the reasons that the pipeline and the metrics know', () => {
    expect(sealReasonSchema.options).toEqual([
      'quiet',
      'associations-ended',
      'max-files',
      'max-bytes',
      'hard-age',
      'drain',
      'owner-died',
    ]);
  });
});
