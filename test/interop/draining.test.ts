import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ctInstances } from '../support/instances.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { StoreScu } from '../support/store-scu.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'draining-'));
});
afterEach(() => rm(folder, { recursive: true }));

const manifests = async () =>
  Promise.all(
    (await readdir(join(folder, 'manifests'))).map(async (name) =>
      JSON.parse(await readFile(join(folder, 'manifests', name), 'utf8')),
    ),
  );

describe('a service that is told to stop', () => {
  it('lets the live association finish, refuses new ones, seals, and exits with 0', async () => {
    const service = await ServiceProcess.start({ SCP_FOLDER: folder });
    const [first, second] = ctInstances(2);
    const scu = await StoreScu.associate({ port: service.port, ...first });
    expect(await scu.store(first)).toBe(0);
    service.child.kill('SIGTERM');
    await service.logged('service-draining');
    const { status } = await fetch(`http://127.0.0.1:${(await service.logged('service-listening')).adminPort}/readyz`);
    expect(status).toBe(503);
    await expect(StoreScu.associate({ port: service.port, ...first })).rejects.toThrow('associate-rj');
    expect(await service.logged('association-rejected')).toMatchObject({
      reason: 'local-limit-exceeded',
      because: 'draining',
    });
    expect(await scu.store(second)).toBe(0);
    await scu.release();
    expect(await service.exited).toBe(0);
    const [manifest, ...others] = await manifests();
    expect(others).toEqual([]);
    expect(manifest.sealReason).toBe('drain');
    expect(manifest.instances).toHaveLength(2);
    expect(await readdir(join(folder, 'open'))).toEqual([]);
  });

  it('ends what is still there at the deadline, by release or abort, and keeps what it acknowledged', async () => {
    const service = await ServiceProcess.start({ SCP_FOLDER: folder, SCP_DRAIN_TIMEOUT_MS: '100' });
    const [first, second] = ctInstances(2);
    const [idle, sending] = [
      await StoreScu.associate({ port: service.port, ...first }),
      await StoreScu.associate({ port: service.port, ...first }),
    ];
    expect(await idle.store(first)).toBe(0);
    await sending.sendPartOf(second);
    service.child.kill('SIGTERM');
    await expect(idle.answer()).rejects.toThrow('no response: release-rq');
    idle.agreeToRelease();
    await expect(sending.answer()).rejects.toThrow('abort');
    expect(await service.exited).toBe(0);
    expect(service.log.filter(({ event }) => event === 'association-ended')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ how: 'released', stored: 1 }),
        expect.objectContaining({ how: 'aborted-by-us', faultCode: 'DRAIN_DEADLINE', stored: 0 }),
      ]),
    );
    expect(await service.logged('service-stopped')).toMatchObject({ endedAssociations: 2 });
    expect((await manifests())[0].instances).toHaveLength(1);
  });

  it('exits at once when it is told twice', async () => {
    const service = await ServiceProcess.start({ SCP_FOLDER: folder });
    const [first] = ctInstances(1);
    const scu = await StoreScu.associate({ port: service.port, ...first });
    service.child.kill('SIGTERM');
    await service.logged('service-draining');
    expect(await service.stop()).toBe(1);
    scu.destroy();
  });
});
