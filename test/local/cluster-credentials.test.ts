import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clusterCredentials } from '../../local/cluster-credentials.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

it('are made once and kept where only their owner reads them', async () => {
  const file = join(folder.path, 's3.env');
  const made = await clusterCredentials(file, () => 'first');
  expect(made).toEqual({ accessKeyId: 'cluster', secretAccessKey: 'first' });
  expect(await readFile(file, 'utf8')).toBe('AWS_ACCESS_KEY_ID=cluster\nAWS_SECRET_ACCESS_KEY=first\n');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await clusterCredentials(file, () => 'second')).toEqual(made);
});
