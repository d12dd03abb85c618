import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { manifestSchema } from '../../core/manifest.ts';
import { ctInstances } from '../support/instances.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { StoreScu } from '../support/store-scu.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const datastoreId = 'd'.repeat(32);

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ path: folder, remove } = await temporaryFolder());
});
afterEach(() => remove());

async function routesFile(content: object): Promise<string> {
  const path = join(folder, 'routes.json');
  await writeFile(path, JSON.stringify(content));
  return path;
}

it('an AE title of a route is answered to, and its instances are in batches of their own', async () => {
  const store = join(folder, 'store');
  const stat = { name: 'stat', calledAeTitles: ['STATSCP'], priority: 'stat', datastoreId };
  const service = await ServiceProcess.start({
    SCP_FOLDER: store,
    SCP_ROUTES_FILE: await routesFile({ routes: [stat] }),
  });
  const [urgent, other] = ctInstances(2);
  for (const [instance, calledAeTitle] of [
    [urgent, 'STATSCP'],
    [other, 'STORESCP'],
  ] as const) {
    const scu = await StoreScu.associate({ port: service.port, calledAeTitle, ...instance });
    expect(await scu.store(instance)).toBe(0);
    await scu.release();
  }
  await expect(StoreScu.associate({ port: service.port, calledAeTitle: 'NOBODY', ...other })).rejects.toThrow('rj');
  expect(await service.stop()).toBe(0);

  const manifests = await Promise.all(
    (await readdir(join(store, 'manifests'))).map(async (name) =>
      manifestSchema.parse(JSON.parse(await readFile(join(store, 'manifests', name), 'utf8'))),
    ),
  );
  const found = manifests.map(({ route, instances }) => [route, instances.map(({ sopInstanceUid }) => sopInstanceUid)]);
  expect(found).toHaveLength(2);
  expect(found).toContainEqual([{ name: 'stat', priority: 'stat', datastoreId }, [urgent.sopInstanceUid]]);
  expect(found).toContainEqual([{ name: 'default', priority: 'routine' }, [other.sopInstanceUid]]);
});

it('a routes file that cannot be used keeps the service from starting, with every problem', async () => {
  const service = ServiceProcess.spawn({
    SCP_FOLDER: join(folder, 'store'),
    SCP_ROUTES_FILE: await routesFile({ routes: [{ name: 'A' }, { name: 'b', priority: 'soon' }] }),
  });
  expect(await service.exited).toBe(2);
  expect(service.stderr).toMatch(/the routes file cannot be used: routes\.0\.name: .*; routes\.1\.priority: /);
});
