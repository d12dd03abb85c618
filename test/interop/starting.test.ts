import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceProcess } from '../support/service-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starting-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function refusal(environment: Readonly<Record<string, string>>) {
  const service = ServiceProcess.spawn(environment);
  const code = await service.exited;
  return { code, text: service.stderr, listened: service.log.some(({ event }) => event === 'service-listening') };
}

describe('a service that cannot start', () => {
  it('names every problem of its configuration at once', async () => {
    const { code, text, listened } = await refusal({
      SCP_STORE: 's3',
      SCP_PORT: 'eleven',
      SCP_AE_TITLE: 'ONE',
      SCP_AE_TITLES: 'FAR\\TOO',
      SCP_FOLDER_FSYNC: 'perhaps',
    });
    expect(code).toBe(2);
    expect(listened).toBe(false);
    for (const problem of [
      'SCP_AE_TITLE: no such setting; did you mean SCP_AE_TITLES?',
      'SCP_AE_TITLES: an AE title has 1 to 16 printable characters, no backslash and no comma',
      'SCP_PORT: a whole number is needed',
      'SCP_FOLDER_FSYNC: true or false is needed',
      'SCP_BUCKET: needed when SCP_STORE is s3',
    ]) {
      expect(text).toContain(problem);
    }
  });

  it('says that a port is taken', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port));
    });
    const { code, text } = await refusal({ SCP_FOLDER: join(folder, 'a'), SCP_PORT: String(port) });
    taken.close();
    expect({ code, text }).toEqual({ code: 2, text: `port ${port}: is taken by another process\n` });
  });

  it('says that its folder cannot be written', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const { code, text, listened } = await refusal({ SCP_FOLDER: join(file, 'below') });
    expect({ code, listened }).toEqual({ code: 2, listened: false });
    expect(text).toContain('the folder store failed: ENOTDIR');
  });
});
