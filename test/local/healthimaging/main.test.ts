import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateDatastoreCommand, ListDatastoresCommand, MedicalImagingClient } from '@aws-sdk/client-medical-imaging';
import { expect, it } from 'vitest';

const main = join(import.meta.dirname, '../../../local/healthimaging/main.ts');

it('runs by itself and stops when it is told to', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'healthimaging-'));
  const child = spawn(process.execPath, [main, '--port', '0', '--data', dataFolder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [announcement] = await once(createInterface(child.stderr), 'line');
  const endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(String(announcement))?.[0] ?? '';
  const client = new MedicalImagingClient({
    region: 'us-east-1',
    endpoint,
    disableHostPrefix: true,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const { datastoreId } = await client.send(new CreateDatastoreCommand({ datastoreName: 'alone' }));
  const { datastoreSummaries } = await client.send(new ListDatastoresCommand({}));
  expect(datastoreSummaries).toMatchObject([{ datastoreId, datastoreName: 'alone' }]);
  client.destroy();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('tells how it is used', async () => {
  const child = spawn(process.execPath, [main, '--help'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [usage] = await once(createInterface(child.stdout), 'line');
  expect(usage).toMatch(/^usage: .*--s3-endpoint/);
});
