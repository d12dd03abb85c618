import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ctInstances } from '../support/instances.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { StoreScu } from '../support/store-scu.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logging-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a service whose log cannot be written', () => {
  it('goes on when nobody reads it any more, and stops when it is told to', async () => {
    const service = await ServiceProcess.start({ SCP_FOLDER: folder });
    service.child.stdout?.destroy();
    const [first] = ctInstances(1);
    const scu = await StoreScu.associate({ port: service.port, ...first });
    expect(await scu.store(first)).toBe(0);
    await scu.release();
    expect(await service.stop()).toBe(0);
  });

  it('goes on when its disk is full', async () => {
    const full = await open('/dev/full', 'w');
    const log = join(import.meta.dirname, '../../service/telemetry/open-log.ts');
    const script = `const { openLog } = await import('${log}'); const log = openLog('info'); log.info('one'); log.info('two');`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', full.fd, 'inherit'],
    });
    const [code] = await once(child, 'close');
    await full.close();
    expect(code).toBe(0);
  });
});
