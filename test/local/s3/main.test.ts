import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { clientOf, temporaryFolder } from './local-server.ts';

const main = fileURLToPath(new URL('../../../local/s3/main.ts', import.meta.url));

async function startMain(root: string): Promise<{ readonly child: ChildProcess; readonly endpoint: string }> {
  const child = spawn(process.execPath, [main, '--root', root, '--port', '0', '--buckets', 'ingest'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return { child, endpoint: JSON.parse(String(line)).endpoint };
}

async function kill(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  const exited = once(child, 'exit');
  child.kill(signal);
  const [code] = await exited;
  return code;
}

describe('the server on its own', () => {
  it('says how it is used', async () => {
    const child = spawn(process.execPath, [main], { stdio: ['ignore', 'ignore', 'pipe'] });
    const [[text], [code]] = await Promise.all([once(child.stderr, 'data'), once(child, 'exit')]);
    expect([String(text), code]).toEqual([expect.stringMatching(/^usage: node local\/s3\/main.ts --root FOLDER/), 2]);
  });

  it('ends in good order', async () => {
    const folder = await temporaryFolder();
    const { child } = await startMain(folder.path);
    expect(await kill(child, 'SIGTERM')).toBe(0);
    await folder.remove();
  });

  it('has every object that it confirmed, and no half of one, after it was killed in the middle of writing', async () => {
    const folder = await temporaryFolder();
    const confirmed = new Map<string, string>();
    for (let round = 0; round < 3; round++) {
      const { child, endpoint } = await startMain(folder.path);
      const s3 = clientOf(endpoint);
      let isAlive = true;
      const { promise: enough, resolve } = Promise.withResolvers<void>();
      const writer = async (lane: number) => {
        for (let i = 0; isAlive; i++) {
          const Key = `round ${round}/lane ${lane}/${i % 10}`;
          const Body = `${Key} ${i}`.repeat(2000);
          const put = new PutObjectCommand({ Bucket: 'ingest', Key, Body, Metadata: { i: String(i) } });
          confirmed.delete(Key);
          if ((await s3.send(put).catch(() => undefined)) !== undefined) confirmed.set(Key, Body);
          if (confirmed.size >= 40 * (round + 1)) resolve();
        }
      };
      const writers = Array.from({ length: 8 }, (_, lane) => writer(lane));
      await enough;
      await kill(child, 'SIGKILL');
      isAlive = false;
      await Promise.all(writers);
      s3.destroy();
    }
    const { child, endpoint } = await startMain(folder.path);
    const s3 = clientOf(endpoint);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'ingest' }));
    expect(Contents.map(({ Key }) => Key)).toEqual(expect.arrayContaining([...confirmed.keys()]));
    for (const { Key = '' } of Contents) {
      const { Body, Metadata } = await s3.send(new GetObjectCommand({ Bucket: 'ingest', Key }));
      const text = (await Body?.transformToString()) ?? '';
      expect(text).toBe(`${Key} ${Metadata?.i}`.repeat(2000));
      if (confirmed.has(Key)) expect(text).toBe(confirmed.get(Key));
    }
    expect(await readdir(join(folder.path, '.tmp'))).toEqual([]);
    await kill(child, 'SIGTERM');
    await folder.remove();
  });

  it.skipIf(platform() !== 'linux')('takes an object much larger than the memory it uses for it', async () => {
    const folder = await temporaryFolder();
    const { child, endpoint } = await startMain(folder.path);
    const s3 = clientOf(endpoint);
    await s3.send(new PutObjectCommand({ Bucket: 'ingest', Key: 'warm-up', Body: Buffer.alloc(1_000_000) }));
    const peakBytes = async () => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
    };
    const beforeBytes = await peakBytes();
    const piece = Buffer.alloc(1024 * 1024, 'dicom');
    const pieces = 256;
    const hash = createHash('md5');
    function* body() {
      for (let i = 0; i < pieces; i++) {
        hash.update(piece);
        yield piece;
      }
    }
    const ContentLength = pieces * piece.length;
    const put = new PutObjectCommand({ Bucket: 'ingest', Key: 'large', Body: Readable.from(body()), ContentLength });
    const { ETag } = await s3.send(put);
    expect(ETag).toBe(`"${hash.digest('hex')}"`);
    expect((await peakBytes()) - beforeBytes).toBeLessThan(ContentLength / 2);
    s3.destroy();
    await kill(child, 'SIGTERM');
    await folder.remove();
  });
});
