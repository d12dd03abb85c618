import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { writeInstanceFiles } from '../support/instance-files.ts';
import { OtlpReceiver } from '../support/otlp/otlp-receiver.ts';
import { ReceivingService } from '../support/receiving-service.ts';
import { run } from '../support/run-command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: string;
let remove: () => Promise<void>;
const cleanUp: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  ({ path: folder, remove } = await temporaryFolder());
});
afterEach(async () => {
  for (const clean of cleanUp.splice(0)) await clean();
  await remove();
});

/** Sends one image with DCMTK. */
async function sendOne({ port }: ReceivingService): Promise<void> {
  const files = await writeInstanceFiles(folder, { count: 1, rows: 16, columns: 16 });
  const sent = await run('storescu', ['-aet', 'CT1', '-aec', 'STORESCP', '127.0.0.1', port, ...files]);
  expect(sent).toEqual({ code: 0, output: '' });
}

describe('the spans of a real service', { timeout: 60_000 }, () => {
  it('are sent before it ends, under the name that the environment says', async () => {
    const collector = await OtlpReceiver.start();
    cleanUp.push(() => collector.close());
    const service = await ReceivingService.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_SERVICE_NAME: 'scp-of-radiology',
    });
    await sendOne(service);
    await service.stop();
    expect(collector.spans.map(({ name }) => name).sort()).toEqual([
      'C-STORE',
      'association',
      'batch',
      'seal',
      'store',
    ]);
    expect(new Set(collector.spans.map((span) => span.service))).toEqual(new Set(['scp-of-radiology']));
  });

  it('are not made of associations that the sampler leaves out', async () => {
    const collector = await OtlpReceiver.start();
    cleanUp.push(() => collector.close());
    const service = await ReceivingService.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_TRACES_SAMPLER: 'always_off',
    });
    await sendOne(service);
    await service.stop();
    expect(collector.spans).toEqual([]);
  });

  it('hold up neither images nor the end when nobody takes them', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    const service = await ReceivingService.start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    await sendOne(service);
    await service.stop();
    expect(await service.process.exited).toBe(0);
  });

  it('are no load where nobody asked for them: the SDK is not even loaded', () => {
    const root = join(import.meta.dirname, '../../service');
    const importsSdk = globSync('**/*.ts', { cwd: root }).filter((path) =>
      /^import (?!type)[^;]*'@opentelemetry\//m.test(readFileSync(join(root, path), 'utf8')),
    );
    expect(importsSdk.every((path) => path.startsWith('telemetry/spans/'))).toBe(true);
    const modules = importsSdk.map((path) => path.split('/').at(-1));
    const importers = globSync('**/*.ts', { cwd: root }).filter((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return modules.some((name) => new RegExp(`^import (?!type)[^;]*/${name}'`, 'm').test(text));
    });
    expect(importers.filter((path) => !path.startsWith('telemetry/spans/'))).toEqual([]);
  });
});
