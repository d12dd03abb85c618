import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeInstanceFiles } from '../support/instance-files.ts';
import { ReceivingService, readPart10 } from '../support/receiving-service.ts';

const run = promisify(execFile);

let service: ReceivingService;
beforeAll(async () => {
  service = await ReceivingService.start();
});
afterAll(() => service.stop());

describe("CTN's send_image", () => {
  it.each([
    ['as it comes', [], 9_000],
    ['in PDUs of 4 KiB', ['-m', '4096'], 9_100],
    ['repeating its association', ['-w', 'REPEAT'], 9_200],
  ] as const)('%s, which is in implicit VR: kept byte for byte', async (_, options, firstUid) => {
    const files = await writeInstanceFiles(service.folder, { count: 3, rows: 200, columns: 200, firstUid });
    await run('send_image', ['-a', 'CTN', '-c', 'STORESCP', ...options, '127.0.0.1', service.port, ...files]);
    for (const file of files) {
      const implicit = join(service.folder, 'implicit.dcm');
      await run('dcmconv', ['+ti', '-g', file, implicit]);
      const sent = await readPart10(implicit);
      const [stored] = await service.stored(sent.sopInstanceUid);
      expect(stored?.transferSyntaxUid).toBe(sent.transferSyntaxUid);
      expect(stored?.dataSet.equals(sent.dataSet)).toBe(true);
    }
  });
});
