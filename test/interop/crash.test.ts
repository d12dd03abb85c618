import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manifestSchema } from '../../core/manifest.ts';
import { type Edition, startEdition } from '../../local/edition.ts';
import type { PipelineProgress } from '../../local/pipeline-progress.ts';
import { AwaitedList } from '../support/awaited-list.ts';
import { ctInstances } from '../support/instances.ts';
import { StoreScu } from '../support/store-scu.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crash-'));
});
afterEach(() => rm(folder, { recursive: true }));

type Ended = Extract<PipelineProgress, { type: 'ended' }>;

function start(ended: AwaitedList<Ended>): Promise<Edition> {
  return startEdition({
    dataFolder: folder,
    dicomPort: 0,
    adminPort: 0,
    // No batch seals by itself here: only the sweeper can.
    environment: { SCP_BATCH_QUIET_MS: '600000', SCP_STORE_DEADLINE_MS: '1000' },
    recovery: { leaseTtlMs: 1_500, leaseGraceMs: 1_000, sweepIntervalMs: 500 },
    onServiceLog: () => undefined,
    onProgress: (progress) => {
      if (progress.type === 'ended') ended.push(progress);
    },
    onFunctionLog: () => undefined,
  });
}

describe('a service that is killed in the middle of a transfer', () => {
  it('leaves every acknowledged instance to be sealed and imported, and nothing else', async () => {
    const ended = new AwaitedList<Ended>();
    const before = await start(ended);
    const instances = ctInstances(5);
    const [broken] = ctInstances(1, 900);
    const scu = await StoreScu.associate({ port: before.dicomPort, ...broken });
    for (const instance of instances) expect(await scu.store(instance)).toBe(0);
    await scu.sendPartOf(broken);
    before.killService();
    expect((await before.serviceExited).code).toBe(null);
    await expect(scu.answer()).rejects.toThrow();
    await before.stop();

    const after = await start(ended);
    const { batch } = await ended.first(() => true);
    await after.stop();
    expect(batch).toMatchObject({ status: 'completed', sealReason: 'owner-died', files: 5, imported: 5 });

    const manifests = join(folder, 's3/ingest/manifests');
    const [name, ...others] = await readdir(manifests);
    expect(others).toEqual([]);
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(manifests, name ?? ''), 'utf8')));
    expect(manifest.instances.map(({ sopInstanceUid }) => sopInstanceUid).sort()).toEqual(
      instances.map(({ sopInstanceUid }) => sopInstanceUid).sort(),
    );
    for (const { key, bytes } of manifest.instances) {
      const stored = await readFile(join(folder, 's3/ingest', key));
      expect(stored).toHaveLength(bytes);
      const sent = instances.find(({ sopInstanceUid }) => key.endsWith(`/${sopInstanceUid}.dcm`));
      expect(stored.subarray(-(sent?.dataSet().length ?? 0)).equals(sent?.dataSet() ?? Buffer.of())).toBe(true);
    }
  }, 60_000);
});
