import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dcmdumpReads, ReceivingService, readPart10 } from '../support/receiving-service.ts';
import { transferSyntaxCases, writeFileOf } from '../support/transfer-syntaxes.ts';

const run = promisify(execFile);

let service: ReceivingService;
beforeAll(async () => {
  service = await ReceivingService.start();
});
afterAll(() => service.stop());

describe('DCMTK storescu', () => {
  it.each(transferSyntaxCases.map((one, index) => [one.name, one, `2.25.${3_000 + index}`] as const))(
    '%s is kept byte for byte',
    async (_, transferSyntax, sopInstanceUid) => {
      const path = await writeFileOf(service.folder, transferSyntax, sopInstanceUid);
      const sent = await readPart10(path);
      expect(sent.transferSyntaxUid).toBe(transferSyntax.uid);
      await run('storescu', [transferSyntax.proposal, '-R', '-aec', 'STORESCP', '127.0.0.1', service.port, path]);
      const [stored, ...more] = await service.stored(sopInstanceUid);
      expect(more).toEqual([]);
      expect(stored?.transferSyntaxUid).toBe(transferSyntax.uid);
      expect(stored?.dataSet.equals(sent.dataSet)).toBe(true);
      expect(await dcmdumpReads(stored?.path ?? '')).toBe(true);
    },
  );
});
