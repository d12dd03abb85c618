import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTransportServer, type Server, type Socket } from 'node:net';
import { deployment } from '../../core/deployment.ts';
import type { Readiness } from './readiness.ts';

/** What is answered to a request. */
export interface AdminAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A form that was posted. */
export interface AdminPost {
  readonly path: string;
  readonly form: URLSearchParams;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface AdminOptions {
  readonly host: string;
  readonly port: number;
  /** Sees each connection before HTTP does, and hands it on. */
  readonly accept: (socket: Socket, next: (socket: Socket) => void) => void;
  readonly readiness: () => Promise<Readiness>;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>;
  /** Answers what else there is, or undefined. */
  readonly pages?: (url: URL) => Promise<AdminAnswer | undefined>;
  /** Does what a form asks for, or answers undefined. Absent: nothing can be changed here. */
  readonly act?: (post: AdminPost) => Promise<AdminAnswer | undefined>;
}

export interface AdminServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/**
 * Serves probes, metrics and the status page on a port of their own. Answers GET and HEAD; takes forms only where it is
 * given what they do.
 */
export async function startAdminServer(options: AdminOptions): Promise<AdminServer> {
  const http = createServer((request, response) => {
    answer(options, request, response).catch(() => response.destroy());
  });
  const sockets = new Set<Socket>();
  const server = createTransportServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    options.accept(socket, (accepted) => http.emit('connection', accepted));
  });
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function answer(options: AdminOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST' && options.act !== undefined) {
    const done = await actOn(options.act, request);
    return send(response, done.status, done.contentType, done.body, done.headers);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return send(response, 405, 'text/plain', 'GET only\n');
  }
  switch (request.url?.split('?', 1)[0]) {
    case deployment.probes.liveness.path:
      return send(response, 200, 'text/plain', 'alive\n');
    case deployment.probes.readiness.path: {
      const readiness = await options.readiness();
      return readiness.ready
        ? send(response, 200, 'text/plain', 'ready\n')
        : send(response, 503, 'text/plain', `not ready: ${readiness.reason}\n`);
    }
    case deployment.metricsPath: {
      const { contentType, body } = await options.metrics();
      return send(response, 200, contentType, body);
    }
    default: {
      const page = await pageOf(options, request);
      return page === undefined
        ? send(response, 404, 'text/plain', 'not found\n')
        : send(response, page.status, page.contentType, page.body, page.headers);
    }
  }
}

const MAX_FORM_BYTES = 4_096;

async function actOn(act: NonNullable<AdminOptions['act']>, request: IncomingMessage): Promise<AdminAnswer> {
  const refuse = (status: number, body: string): AdminAnswer => ({ status, contentType: 'text/plain', body });
  if (request.headers['content-type']?.split(';', 1)[0] !== 'application/x-www-form-urlencoded') {
    return refuse(415, 'a form is needed\n');
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_FORM_BYTES) return refuse(413, 'too long\n');
    chunks.push(chunk);
  }
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  const post = {
    path: request.url ?? '',
    form: new URLSearchParams(Buffer.concat(chunks).toString('utf8')),
    headers: { origin, host, 'sec-fetch-site': typeof site === 'string' ? site : undefined },
  };
  return (await act(post)) ?? refuse(404, 'not found\n');
}

/** Whatever host the request is for: it is the path that counts. */
async function pageOf({ pages }: AdminOptions, { url = '' }: IncomingMessage): Promise<AdminAnswer | undefined> {
  const base = 'http://admin';
  // Two slashes would begin a host.
  return pages === undefined || url.startsWith('//') || !URL.canParse(url, base)
    ? undefined
    : pages(new URL(url, base));
}

function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...headers, 'content-type': contentType, 'cache-control': 'no-store' });
  response.end(body);
}

function listen(server: Server, { host, port }: AdminOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
