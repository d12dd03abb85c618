import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, it } from 'vitest';
import { motoGaps } from './known-gaps.ts';
import { connectionTo, localCredentials } from './local-server.ts';
import { s3Contract } from './s3-contract.ts';

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function startMoto() {
  const port = await freePort();
  const moto = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: ['ignore', 'ignore', 'pipe'] });
  for await (const text of moto.stderr.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    if (String(text).includes('Running on')) break;
  }
  moto.stderr.resume();
  return connectionTo(`http://127.0.0.1:${port}`, localCredentials, async () => {
    const exited = once(moto, 'exit');
    moto.kill();
    await exited;
  });
}

if (spawnSync('moto_server', ['--help']).status === 0) s3Contract('moto', startMoto, { gaps: motoGaps });
else describe('S3 contract: moto', () => it.skip('moto_server is not on the PATH', () => undefined));
