import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandTable } from '../../../service/cli/command-table.ts';
import { runCli } from '../../../service/cli/run-cli.ts';
import { keptContext } from '../../support/cli-context.ts';
import { freePort } from '../../support/free-port.ts';
import { writeInstanceFiles } from '../../support/instance-files.ts';
import { ReceivingService, readPart10 } from '../../support/receiving-service.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let service: ReceivingService;
const folder = await temporaryFolder();
beforeAll(async () => {
  service = await ReceivingService.start();
});
afterAll(async () => {
  await service.stop();
  await folder.remove();
});

async function cli(...args: string[]) {
  const { context, kept } = keptContext();
  const exitCode = await runCli(commandTable, [...args, '--json'], context);
  return { exitCode, value: kept.stdout === '' ? undefined : JSON.parse(kept.stdout), ...kept };
}

describe('send', () => {
  it('names an instance as its data set does, whatever its file meta information says', async () => {
    const misnamed = await temporaryFolder();
    const [path = ''] = await writeInstanceFiles(misnamed.path, { count: 1, rows: 8, columns: 8, firstUid: 900 });
    const { sopInstanceUid } = await readPart10(path);
    const bytes = await readFile(path);
    const at = bytes.indexOf(sopInstanceUid);
    // The first mention is that of the file meta information (0002,0003).
    bytes.write(
      sopInstanceUid.replace(/.$/, (digit) => String((Number(digit) + 1) % 10)),
      at,
    );
    await writeFile(path, bytes);
    expect(await cli('send', misnamed.path, '--port', service.port)).toMatchObject({
      exitCode: 0,
      value: { stored: 1 },
    });
    expect(await service.stored(sopInstanceUid)).toHaveLength(1);
    await misnamed.remove();
  });

  it('sends every data set of a folder as it is, over several associations', async () => {
    const paths = await writeInstanceFiles(folder.path, { count: 12, rows: 64, columns: 64, firstUid: 100 });
    await writeFile(join(folder.path, 'README.txt'), 'no DICOM at all');
    const sent = await cli('send', folder.path, '--port', service.port, '--associations', '3');
    expect(sent).toMatchObject({
      exitCode: 0,
      value: { stored: 12, refused: 0, notSent: 0, skipped: 1, retries: 0, statuses: { '0x0000': 12 } },
    });
    for (const path of paths) {
      const original = await readPart10(path);
      const [stored] = await service.stored(original.sopInstanceUid);
      expect(stored?.transferSyntaxUid).toBe(original.transferSyntaxUid);
      expect(stored?.dataSet.equals(original.dataSet)).toBe(true);
    }
    expect((await readdir(folder.path)).length).toBe(13);
  });

  it('sends an instance of many PDUs as it is', async () => {
    const large = await temporaryFolder();
    const [path = ''] = await writeInstanceFiles(large.path, { count: 1, rows: 1_024, columns: 1_024, firstUid: 500 });
    expect(await cli('send', path, '--port', service.port)).toMatchObject({ exitCode: 0, value: { stored: 1 } });
    const original = await readPart10(path);
    const [stored] = await service.stored(original.sopInstanceUid);
    expect(stored?.dataSet.equals(original.dataSet)).toBe(true);
    await large.remove();
  });

  it('says which files were refused, and why', async () => {
    const path = join(folder.path, 'README.txt');
    expect(await cli('send', path, '--port', service.port)).toMatchObject({
      exitCode: 1,
      value: { stored: 0, notSent: 1, troubles: [{ path, reason: 'It ends within its header.' }] },
    });
  });

  it('tells a peer that refuses from one that is not there', async () => {
    const [path = ''] = await writeInstanceFiles(folder.path, { count: 1, rows: 8, columns: 8, firstUid: 900 });
    const wrong = await cli('send', path, '--port', service.port, '--called', 'NOBODY');
    expect(wrong).toMatchObject({ exitCode: 3, value: { notSent: 1, retries: 0 } });
    expect(wrong.value.troubles[0].reason).toContain('called AE title not recognized');
    expect(wrong.pausesMs).toEqual([]);

    const absent = await cli('send', path, '--port', String(await freePort()), '--retries', '2');
    expect(absent).toMatchObject({ exitCode: 3, value: { notSent: 1, retries: 2 }, pausesMs: [1_000, 2_000] });
  });

  it('sends again what a broken connection kept from arriving', async () => {
    const [path = ''] = await writeInstanceFiles(folder.path, { count: 1, rows: 8, columns: 8, firstUid: 950 });
    let connections = 0;
    const { connect } = await import('node:net');
    const unreliable = createServer((socket) => {
      connections += 1;
      socket.on('error', () => undefined);
      if (connections === 1) socket.destroy();
      else {
        const onward = connect(Number(service.port), '127.0.0.1');
        onward.on('error', () => undefined);
        socket.pipe(onward).pipe(socket);
      }
    });
    const port = await freePort();
    await new Promise<void>((resolve) => unreliable.listen(port, '127.0.0.1', resolve));
    const sent = await cli('send', path, '--host', '127.0.0.1', '--port', String(port));
    unreliable.close();
    expect(sent).toMatchObject({ exitCode: 0, value: { stored: 1, retries: 1 } });
  });
});

describe('echo', () => {
  it('says that the peer is there', async () => {
    expect(await cli('echo', '--port', service.port, '--count', '2')).toMatchObject({
      exitCode: 0,
      value: { calledAeTitle: 'STORESCP', answers: [{ status: '0x0000' }, { status: '0x0000' }] },
    });
  });

  it('says what the peer rejects for', async () => {
    const { exitCode, stderr } = await cli('echo', '--port', service.port, '--called', 'NOBODY');
    expect(exitCode).toBe(3);
    expect(stderr).toBe('A-ASSOCIATE-RJ, result 1, source 1, reason 7: called AE title not recognized\n');
  });

  it('says that nobody is there', async () => {
    const port = await freePort();
    const { exitCode, stderr } = await cli('echo', '--host', '127.0.0.1', '--port', String(port));
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`127.0.0.1:${port}: connect ECONNREFUSED`);
  });
});

describe('selftest', () => {
  it('echoes and stores', async () => {
    const { exitCode, value } = await cli('selftest', '--store', '--port', service.port);
    expect(exitCode).toBe(0);
    expect(value.done).toEqual(['C-ECHO', 'C-STORE of 2.25.1']);
    expect(await service.stored('2.25.1')).toHaveLength(1);
  });
});
