import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import { z } from 'zod';
import { eventually } from '../eventually.ts';

const id = z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString('hex'));
const attributes = z
  .array(
    z.object({
      key: z.string(),
      value: z.record(z.string(), z.unknown()).transform((value) => Object.values(value)[0]),
    }),
  )
  .transform((pairs): Readonly<Record<string, unknown>> => Object.fromEntries(pairs.map((p) => [p.key, p.value])));

const spanSchema = z.object({
  traceId: id,
  spanId: id,
  parentSpanId: id,
  name: z.string(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes,
  links: z.array(z.object({ traceId: id, spanId: id })),
  status: z.object({ code: z.number(), message: z.string() }).nullish(),
});

const requestSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })),
    }),
  ),
});

/** A span as it was received, and the name of the service that sent it. */
export type ReceivedSpan = z.output<typeof spanSchema> & { readonly service: unknown };

/** Takes spans by OTLP over HTTP with protobuf, as a collector does. */
export class OtlpReceiver {
  readonly endpoint: string;
  readonly spans: ReceivedSpan[] = [];
  readonly close: () => Promise<void>;
  readonly #listeners = new Set<() => void>();

  private constructor(endpoint: string, close: () => Promise<void>) {
    this.endpoint = endpoint;
    this.close = close;
  }

  static async start(): Promise<OtlpReceiver> {
    const root = await protobuf.load(join(import.meta.dirname, 'trace.proto'));
    const type = root.lookupType('otlp.ExportTraceServiceRequest');
    const server = createServer(async (request, response) => {
      if (request.url !== '/v1/traces' || request.headers['content-type'] !== 'application/x-protobuf') {
        response.writeHead(415).end();
        return;
      }
      const sent = Buffer.concat(await request.toArray());
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      const decoded = type.toObject(type.decode(body), { defaults: true, longs: String, oneofs: false });
      receiver.#take(requestSchema.parse(decoded));
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const receiver = new OtlpReceiver(`http://127.0.0.1:${port}`, async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return receiver;
  }

  /** Resolves with the first span for which `matches` holds, received by now or later. */
  span(matches: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> {
    return eventually(this.#listeners, () => this.spans.find(matches));
  }

  #take({ resourceSpans }: z.output<typeof requestSchema>): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = resource.attributes['service.name'];
      for (const { spans } of scopeSpans) this.spans.push(...spans.map((span) => ({ ...span, service })));
    }
    for (const wake of [...this.#listeners]) wake();
  }
}
