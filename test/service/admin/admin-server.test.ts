import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deployment } from '../../../core/deployment.ts';
import type { Readiness } from '../../../service/admin/readiness.ts';
import { type AdminServer, startAdminServer } from '../../../service/admin/server.ts';

let server: AdminServer;
let readiness: () => Promise<Readiness>;
beforeEach(async () => {
  readiness = async () => ({ ready: true });
  server = await startAdminServer({
    host: '127.0.0.1',
    port: 0,
    accept: (socket, next) => next(socket),
    readiness: () => readiness(),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'a_metric 1\n' }),
  });
});
afterEach(() => server.close());

async function ask(path: string, method = 'GET') {
  const asked = request({ host: '127.0.0.1', port: server.port, path, method, agent: false });
  asked.end();
  const [response] = await once(asked, 'response');
  let body = '';
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode, headers: response.headers, body };
}

describe('the admin server', () => {
  it('is alive', async () => {
    expect(await ask(deployment.probes.liveness.path)).toMatchObject({ status: 200, body: 'alive\n' });
  });

  it('says whether it is ready, and why not', async () => {
    expect(await ask(deployment.probes.readiness.path)).toMatchObject({ status: 200 });
    readiness = async () => ({ ready: false, reason: 'draining' });
    expect(await ask(deployment.probes.readiness.path)).toMatchObject({ status: 503, body: 'not ready: draining\n' });
  });

  it('stays alive while it is not ready', async () => {
    readiness = async () => ({ ready: false, reason: 'draining' });
    expect((await ask('/livez')).status).toBe(200);
  });

  it('gives the metrics with their type', async () => {
    expect(await ask('/metrics')).toMatchObject({
      status: 200,
      body: 'a_metric 1\n',
      headers: { 'content-type': 'text/plain; version=0.0.4', 'cache-control': 'no-store' },
    });
  });

  it('takes a query, as scrapers send it', async () => {
    expect((await ask('/metrics?name[]=x')).status).toBe(200);
  });

  it.each(['/', '/livez/', '/metrics/x', '//', '//livez', '/%', '/..'])('knows nothing under %s', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  it.each(['/livez', '/readyz', '/metrics'])('answers HEAD of %s without a body', async (path) => {
    expect(await ask(path, 'HEAD')).toMatchObject({ status: 200, body: '' });
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('allows no %s', async (method) => {
    expect(await ask('/metrics', method)).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('survives one that cannot be answered', async () => {
    readiness = () => Promise.reject(new Error('a bug'));
    await expect(ask('/readyz')).rejects.toThrow();
    expect((await ask('/livez')).status).toBe(200);
  });

  it('closes although connections are open', async () => {
    const idle = connect(server.port, '127.0.0.1');
    await once(idle, 'connect');
    const gone = once(idle, 'close');
    await server.close();
    await gone;
  });

  it('does not start on a port that is taken', async () => {
    const options = {
      host: '127.0.0.1',
      port: server.port,
      accept: () => undefined,
      readiness,
      metrics: async () => ({ contentType: '', body: '' }),
    };
    await expect(startAdminServer(options)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
