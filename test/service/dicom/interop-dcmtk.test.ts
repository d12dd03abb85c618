import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Acceptor } from '../../../service/dicom/acceptor.ts';
import type { Effect } from '../../../service/dicom/effects.ts';
import { doings, effectsOf, newAcceptor } from './conversation.ts';

const run = promisify(execFile);
const columns = 300;
const pixels = Buffer.alloc(columns * columns, 7);

const dump = `
(0008,0016) UI [1.2.840.10008.5.1.4.1.1.7]
(0008,0018) UI [2.25.1001]
(0020,000d) UI [2.25.1002]
(0020,000e) UI [2.25.1003]
(0028,0002) US 1
(0028,0004) CS [MONOCHROME2]
(0028,0010) US ${columns}
(0028,0011) US ${columns}
(0028,0100) US 8
(0028,0101) US 8
(0028,0102) US 7
(0028,0103) US 0
(7fe0,0010) OB =pixels.raw
`;

/** What the acceptors of the server did, store-data copied as it came. */
let seen: Effect[] = [];
/** Each association as it ends. */
let allClosed: Promise<void>[] = [];
let status = 0;
let folder: string;
let server: Server;

function serve(socket: Socket): void {
  const acceptor: Acceptor = newAcceptor({ asyncWindow: 4 });
  const carryOut = (effects: readonly Effect[]): void => {
    for (const effect of effects) {
      seen.push(effect.do === 'store-data' ? { ...effect, bytes: effect.bytes.slice() } : effect);
      if (effect.do === 'send') socket.write(effect.bytes);
      if (effect.do === 'close') socket.end();
      if (effect.do === 'store-end') carryOut(acceptor.answerStore(effect.messageId, { status }));
    }
  };
  allClosed.push(
    new Promise((resolve) => {
      socket.on('close', () => {
        carryOut(acceptor.transportClosed());
        resolve();
      });
    }),
  );
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => carryOut(acceptor.receive(chunk)));
  carryOut(acceptor.transportOpened());
}

function port(): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return String(address.port);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dicom-interop-'));
  await writeFile(join(folder, 'pixels.raw'), pixels);
  await writeFile(join(folder, 'image.dump'), dump);
  await run('dump2dcm', ['+te', 'image.dump', 'image.dcm'], { cwd: folder });
  server = createServer({ noDelay: true }, serve);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  seen = [];
  allClosed = [];
  status = 0;
});

describe('DCMTK', () => {
  it('echoscu is answered', async () => {
    await run('echoscu', ['127.0.0.1', port()]);
    await Promise.all(allClosed);
    expect(doings(seen)).toEqual([
      ...['start-artim', 'stop-artim', 'send', 'associated', 'send', 'echoed'],
      ...['send', 'ended', 'start-artim', 'stop-artim'],
    ]);
  });

  it.each([
    ['with all its contexts', []],
    ['with only the contexts required', ['-R']],
    ['in PDUs of 4,096 bytes', ['--max-send-pdu', '4096']],
    ['with a user identity', ['-usr', 'alice', '-pwd', 'secret']],
    ['receiving PDUs of 4,096 bytes', ['-pdu', '4096']],
  ])('storescu %s stores what was in the file', async (_, options) => {
    await run('storescu', [...options, '127.0.0.1', port(), 'image.dcm', 'image.dcm'], { cwd: folder });
    await Promise.all(allClosed);
    expect(effectsOf(seen, 'leniency')).toEqual([]);
    expect(effectsOf(seen, 'ended')).toEqual([{ do: 'ended', how: 'released' }]);
    expect(effectsOf(seen, 'store-begin').map(({ store }) => store.sopInstanceUid)).toEqual(['2.25.1001', '2.25.1001']);
    expect(effectsOf(seen, 'store-end')).toHaveLength(2);
    const received = Buffer.concat(effectsOf(seen, 'store-data').map(({ bytes }) => bytes));
    const half = received.length / 2;
    expect(received.subarray(half - pixels.length, half).equals(pixels)).toBe(true);
    expect(received.subarray(half).equals(received.subarray(0, half))).toBe(true);
  });

  it('storescu understands a failure', async () => {
    status = 0xa700;
    await expect(run('storescu', ['-v', '127.0.0.1', port(), 'image.dcm'], { cwd: folder })).rejects.toMatchObject({
      stderr: expect.stringContaining('OutOfResources'),
    });
  });

  it('storescu that aborts is seen to', async () => {
    await run('storescu', ['--abort', '127.0.0.1', port(), 'image.dcm'], { cwd: folder });
    await Promise.all(allClosed);
    expect(effectsOf(seen, 'ended')).toMatchObject([{ how: 'aborted-by-peer', abortCause: { source: 0 } }]);
  });
});
