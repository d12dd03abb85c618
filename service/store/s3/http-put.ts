import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { BucketEndpoint } from './bucket-endpoint.ts';
import { agentOptions, type ConnectionOptions, dropIdle } from './connections.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly date: string | undefined;
  /** Empty when there is none. */
  readonly etag: string;
  /** The beginning of the body; S3's are short. */
  readonly document: string;
}

export interface HttpPut {
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly Uint8Array[];
  readonly signal: AbortSignal;
}

const MAX_DOCUMENT_BYTES = 16 * 1024;

/** A pool of connections to one endpoint. */
export class HttpPutter {
  readonly #endpoint: BucketEndpoint;
  readonly #stallMs: number;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(endpoint: BucketEndpoint, connections: ConnectionOptions) {
    this.#endpoint = endpoint;
    this.#stallMs = connections.stallMs;
    const options = agentOptions(connections);
    this.#agent = endpoint.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);
  }

  /**
   * Sends one PUT and reads the whole answer. When it has settled the body is not read any more, so that its memory
   * may be used again.
   */
  put({ path, headers, body, signal }: HttpPut): Promise<HttpAnswer> {
    const { protocol, hostname, port } = this.#endpoint;
    const open = protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const timeout = this.#stallMs;
      const request = open({ method: 'PUT', agent: this.#agent, host: bare(hostname), port, path, headers, timeout });
      request.once('timeout', () => {
        dropIdle(this.#agent);
        request.destroy(stalled());
      });
      const giveUp = () => request.destroy(signal.reason);
      signal.addEventListener('abort', giveUp, { once: true });
      request.once('close', () => signal.removeEventListener('abort', giveUp));
      request.once('error', reject);
      request.once('response', (response) => {
        readAnswer(request, response).then(resolve, reject);
      });
      for (const piece of body) request.write(piece);
      request.end();
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

async function readAnswer(request: ClientRequest, response: IncomingMessage): Promise<HttpAnswer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response) {
    if (bytes < MAX_DOCUMENT_BYTES) pieces.push(piece);
    bytes += piece.length;
  }
  // Answered before it was all sent: an error, and the rest of the body is not wanted.
  if (!request.writableFinished) request.destroy();
  return {
    status: response.statusCode ?? 0,
    date: response.headers.date,
    etag: response.headers.etag ?? '',
    document: Buffer.concat(pieces).toString('utf8'),
  };
}

/** An IPv6 address without its brackets. */
const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

/** The SDK knows it as transient by its code. */
const stalled = (): Error => Object.assign(new Error('the connection to S3 has stalled'), { code: 'ETIMEDOUT' });
