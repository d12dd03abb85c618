import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeInstanceFiles } from '../support/instance-files.ts';
import { dciodvfyErrors, ReceivingService, readPart10 } from '../support/receiving-service.ts';

const run = promisify(execFile);

let service: ReceivingService;
let uids = 5_000;
beforeAll(async () => {
  service = await ReceivingService.start();
});
afterAll(() => service.stop());

/** New images in a folder of their own, large enough for many PDUs. */
async function newFiles(count: number): Promise<readonly string[]> {
  uids += 100;
  const folder = join(service.folder, `sent-${uids}`);
  await mkdir(folder);
  return writeInstanceFiles(folder, { count, rows: 200, columns: 200, firstUid: uids });
}

const toUs = () => ['-aec', 'STORESCP', '127.0.0.1', service.port];
const ended = (how: string) => service.process.logged('association-ended', (line) => line.how === how);

async function expectKept(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const sent = await readPart10(path);
    const [stored, ...more] = await service.stored(sent.sopInstanceUid);
    expect(more).toEqual([]);
    expect(stored?.dataSet.equals(sent.dataSet)).toBe(true);
  }
}

describe('DCMTK storescu', () => {
  it.each([
    ['in PDUs of 4 KiB', ['--max-send-pdu', '4096']],
    ['in PDUs of 16 KiB', ['--max-send-pdu', '16384']],
    ['in PDUs of 128 KiB', ['--max-send-pdu', '131072']],
    ['receiving PDUs of 4 KiB', ['-pdu', '4096']],
    ['with every context that it knows', []],
    ['with only the contexts that are needed', ['-R']],
    ['with its transfer syntaxes combined', ['+C']],
    ['with a user name and password', ['-usr', 'alice', '-pwd', 'secret']],
    ['with padded UIDs put right', ['-up']],
  ])('%s: kept byte for byte', async (_, options) => {
    const files = await newFiles(3);
    await run('storescu', [...options, ...toUs(), ...files]);
    await expectKept(files);
  });

  it('--repeat: kept once', async () => {
    const files = await newFiles(1);
    await run('storescu', ['--repeat', '3', ...toUs(), ...files]);
    await expectKept(files);
  });

  it('--invent-patient: kept as other instances, valid ones', async () => {
    const [file = ''] = await newFiles(1);
    const { sopInstanceUid } = await readPart10(file);
    await run('storescu', ['+IP', '1', '+IS', '1', '+IR', '1', '--repeat', '2', ...toUs(), file]);
    expect(await service.stored(sopInstanceUid)).toEqual([]);
    const invented = await service.storedOf('1.2.276.0.7230010.3.1.4.');
    expect(invented).toHaveLength(2);
    for (const { path } of invented) expect(await dciodvfyErrors(path)).toEqual([]);
  });

  it('--abort: kept, and seen to have aborted', async () => {
    const files = await newFiles(1);
    await run('storescu', ['--abort', ...toUs(), ...files]);
    await ended('aborted-by-peer');
    await expectKept(files);
  });

  it('calling another AE title: rejected, and told why', async () => {
    const files = await newFiles(1);
    const failing = run('storescu', ['-aec', 'SOMEBODY', '127.0.0.1', service.port, ...files]);
    await expect(failing).rejects.toMatchObject({ stderr: expect.stringContaining('Called AE Title Not Recognized') });
  });
});

describe('DCMTK dcmsend', () => {
  it.each([
    ['on one association', ['-ma']],
    ['on many associations', ['+ma']],
    ['in PDUs of 4 KiB', ['--max-send-pdu', '4096']],
  ])('%s: kept byte for byte', async (_, options) => {
    const files = await newFiles(4);
    await run('dcmsend', [...options, ...toUs(), ...files]);
    await expectKept(files);
  });
});

describe('DCMTK echoscu', () => {
  it.each([
    ['once', []],
    ['20 times', ['--repeat', '20']],
    ['with 38 transfer syntaxes in 128 contexts', ['-pts', '38', '-ppc', '128']],
    ['and aborts', ['--abort']],
  ])('%s: answered', async (_, options) => {
    await run('echoscu', [...options, ...toUs()]);
  });
});

describe('DCMTK termscu', () => {
  it('asks for a shutdown: released, and the service goes on', async () => {
    await run('termscu', ['-aet', 'TERMSCU', ...toUs()]);
    await service.process.logged('association-ended', (line) => line.callingAeTitle === 'TERMSCU');
    await run('echoscu', toUs());
  });
});
