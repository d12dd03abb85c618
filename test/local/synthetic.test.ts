import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type SyntheticInstance,
  type SyntheticStudyOptions,
  syntheticStudy,
} from '../../local/synthetic/synthetic-study.ts';
import { uuidUidSource } from '../../local/synthetic/uuid-uid.ts';
import { HeaderPeek } from '../../service/dicom/dataset/peek.ts';
import { encodeFileMeta } from '../../service/dicom/part10/file-meta.ts';

function countingUids(): () => string {
  let count = 0;
  return () => `2.25.${++count}`;
}

function study(options: Partial<SyntheticStudyOptions>): SyntheticInstance[] {
  return [
    ...syntheticStudy({
      newUid: countingUids(),
      modality: 'CT',
      series: 1,
      instancesPerSeries: 1,
      rows: 33,
      columns: 31,
      frames: 1,
      transferSyntaxUid: '1.2.840.10008.1.2.1',
      ...options,
    }),
  ];
}

function onlyInstance(options: Partial<SyntheticStudyOptions>): SyntheticInstance {
  const [instance] = study(options);
  if (instance === undefined) throw new Error('The study is empty.');
  return instance;
}

describe('a synthetic study', () => {
  it('has new UIDs for study, series and instances', () => {
    const instances = study({ series: 2, instancesPerSeries: 3 });
    expect(instances).toHaveLength(6);
    expect(new Set(instances.map((instance) => instance.studyInstanceUid)).size).toBe(1);
    expect(new Set(instances.map((instance) => instance.seriesInstanceUid)).size).toBe(2);
    expect(new Set(instances.map((instance) => instance.sopInstanceUid)).size).toBe(6);
  });

  it.each(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'] as const)(
    'states in %s what its facts say',
    (transferSyntaxUid) => {
      const instance = onlyInstance({ modality: 'MR', transferSyntaxUid });
      const { sopClassUid, sopInstanceUid, studyInstanceUid, seriesInstanceUid } = instance;
      expect(instance.transferSyntaxUid).toBe(transferSyntaxUid);
      expect(new HeaderPeek(transferSyntaxUid).push(instance.dataSet())).toEqual({
        state: 'found',
        header: { sopClassUid, sopInstanceUid, studyInstanceUid, seriesInstanceUid, modality: 'MR' },
      });
    },
  );

  it('draws a picture that differs from instance to instance', () => {
    const [first, second] = study({ instancesPerSeries: 8 }).map((instance) =>
      instance.dataSet().subarray(-33 * 31 * 2),
    );
    expect(new Set(first).size).toBeGreaterThan(20);
    expect(first).not.toEqual(second);
  });

  it('gives the same bytes whole and in chunks', () => {
    const instance = onlyInstance({ modality: 'US', frames: 3, rows: 600, columns: 701 });
    const chunks = [...instance.chunks()];
    expect(Buffer.concat(chunks).equals(instance.dataSet())).toBe(true);
    expect(instance.dataSet()).toHaveLength(instance.bytes);
    expect(instance.bytes % 2).toBe(0);
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(256 * 1024);
  });

  it('draws a multi-frame of gigabytes only as far as it is asked for', () => {
    const instance = onlyInstance({ modality: 'US', rows: 1024, columns: 1024, frames: 4095 });
    expect(instance.bytes).toBeGreaterThan(4095 * 1024 * 1024);
    const chunks = instance.chunks();
    chunks.next();
    expect(chunks.next().value).toHaveLength(256 * 1024);
    expect(chunks.next().value).toHaveLength(256 * 1024);
  });

  it.each([
    [{ rows: 0 }, 'invalid-size'],
    [{ columns: 65536 }, 'invalid-size'],
    [{ series: 1.5 }, 'invalid-size'],
    [{ modality: 'CT', frames: 2 }, 'not-multi-frame'],
    [{ modality: 'US', rows: 1024, columns: 1024, frames: 4096 }, 'pixel-data-too-long'],
  ] as const)('refuses %j', (options, code) => {
    expect(() => study(options)).toThrow(expect.objectContaining({ code }));
  });
});

describe('a synthetic file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'synthetic-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const cases = (['CT', 'MR', 'US'] as const).flatMap((modality) =>
    (['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'] as const).map((transferSyntaxUid) => ({
      modality,
      transferSyntaxUid,
    })),
  );

  it.each(cases)('of $modality in $transferSyntaxUid satisfies dciodvfy and dcmftest', (options) => {
    const instances = study({ ...options, instancesPerSeries: 2, frames: options.modality === 'US' ? 3 : 1 });
    for (const [index, instance] of instances.entries()) {
      const file = join(folder, `${options.modality}-${options.transferSyntaxUid}-${index}.dcm`);
      const fileMeta = encodeFileMeta({
        mediaStorageSopClassUid: instance.sopClassUid,
        mediaStorageSopInstanceUid: instance.sopInstanceUid,
        transferSyntaxUid: instance.transferSyntaxUid,
        implementationClassUid: '2.25.1',
        implementationVersionName: 'TEST',
        sourceApplicationEntityTitle: 'MODALITY',
        receivingApplicationEntityTitle: 'ARCHIVE',
      });
      writeFileSync(file, Buffer.concat([fileMeta, instance.dataSet()]));
      const verification = spawnSync('dciodvfy', [file], { encoding: 'utf8' });
      expect(verification.stderr).toMatch(/^(CTImage|MRImage|USMultiFrameImage)$/m);
      expect(verification.stderr).not.toMatch(/^(Error|Warning|Abort)/m);
      expect(execFileSync('dcmftest', [file], { encoding: 'utf8' })).toMatch(/^yes:/);
    }
  });
});

describe('UIDs from random bytes', () => {
  it('are version 4 UUIDs in decimal', () => {
    // ffffffff-ffff-4fff-bfff-ffffffffffff
    const newUid = uuidUidSource((count) => new Uint8Array(count).fill(0xff));
    expect(newUid()).toBe(`2.25.${0xffffffffffff4fffbfffffffffffffffn}`);
  });

  it('take 16 new bytes each', () => {
    const asked: number[] = [];
    const newUid = uuidUidSource((count) => new Uint8Array(count).fill(asked.push(count)));
    expect(newUid()).not.toBe(newUid());
    expect(asked).toEqual([16, 16]);
  });
});
