import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeInstanceFiles } from '../support/instance-files.ts';
import { ReceivingService, readPart10 } from '../support/receiving-service.ts';
import { transferSyntaxCases, writeFileOf } from '../support/transfer-syntaxes.ts';

const run = promisify(execFile);

let service: ReceivingService;
beforeAll(async () => {
  service = await ReceivingService.start();
});
afterAll(() => service.stop());

/** Debian's gdcmscu ends every association well and aborts itself afterwards, with any acceptor: what counts is what came. */
const gdcmscu = (...args: readonly string[]): Promise<unknown> => run('gdcmscu', [...args]).catch(() => undefined);

/** What GDCM 3.0 cannot send: it has no name for the newest, and loses its own context for deflated ones. */
const beyondGdcm = /^(?:Deflated|MPEG4 .*4\.2|HEVC)/;
const sendable = transferSyntaxCases.filter(({ name }) => !beyondGdcm.test(name));

const toUs = () => ['--call', 'STORESCP', '--aetitle', 'GDCM', '127.0.0.1', service.port];

async function expectKept(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const sent = await readPart10(path);
    const [stored] = await service.stored(sent.sopInstanceUid);
    expect(stored?.transferSyntaxUid).toBe(sent.transferSyntaxUid);
    expect(stored?.dataSet.equals(sent.dataSet)).toBe(true);
  }
}

describe("GDCM's gdcmscu", () => {
  it('--echo: answered', async () => {
    await gdcmscu('--echo', ...toUs());
    await service.process.logged('echo-answered');
  });

  it('--store of several images: kept byte for byte', async () => {
    const files = await writeInstanceFiles(service.folder, { count: 3, rows: 200, columns: 200 });
    await gdcmscu('--store', ...toUs(), ...files);
    await expectKept(files);
  });

  it.each(sendable.map((one, index) => [one.name, one, `2.25.${7_000 + index}`] as const))(
    '--store of %s: kept byte for byte',
    async (_, transferSyntax, sopInstanceUid) => {
      const path = await writeFileOf(service.folder, transferSyntax, sopInstanceUid);
      await gdcmscu('--store', ...toUs(), path);
      await expectKept([path]);
    },
  );
});
