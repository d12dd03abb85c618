import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ProxyTracerProvider, trace } from '@opentelemetry/api';
import { Registry } from 'prom-client';
import { parseConfig } from '../../../core/config.ts';
import { importableTransferSyntaxes } from '../../../core/healthimaging.ts';
import { implementation } from '../../../core/implementation.ts';
import { systemClock as clock, systemSchedule as schedule } from '../../../core/system-clock.ts';
import { ulid } from '../../../core/ulid.ts';
import { loadRoutes } from '../../../service/ingest/load-routes.ts';
import { openIngest } from '../../../service/ingest/open-ingest.ts';
import { labelWords } from '../../../service/label-words.ts';
import { openNetwork } from '../../../service/net/open-network.ts';
import { openStores } from '../../../service/open-stores.ts';
import { openTelemetry } from '../../../service/telemetry/open-telemetry.ts';
import { Audience } from './audience.ts';
import { obey } from './control.ts';

/**
 * The service's way of an image to the store, as `service/main.ts` puts it together. With `telemetry` its log, its metrics
 * and whatever else the environment asks for are told of what happens while the socket that is named says so; with
 * `nobody` there is no telemetry to tell.
 */
const { positionals } = parseArgs({ allowPositionals: true });
const [listener, socketPath = ''] = positionals;
const config = parseConfig(process.env);
const routes = await loadRoutes(config);
const telemetry =
  listener === 'telemetry'
    ? await openTelemetry({
        config,
        environment: process.env,
        version: '0.0.0',
        hostName: 'bench',
        processId: process.pid,
        words: labelWords(routes.names),
        clock,
        schedule,
      })
    : undefined;
const audience = new Audience(telemetry);
const { emit } = audience;
const random = Math.random;
const registry = telemetry?.registry ?? new Registry();
const { store } = await openStores(config, { clock, schedule, random, newId: randomUUID, registry });
const newId = () => ulid(clock.nowMs(), randomBytes(10));
const ingest = await openIngest({
  config,
  routes,
  store,
  spoolFolder: undefined,
  implementation,
  owner: 'bench',
  newId,
  clock,
  schedule,
  random,
  emit,
  traceparentOf: audience.ofBatch,
});
const network = await openNetwork({
  config,
  implementation,
  transferSyntaxUids: importableTransferSyntaxes,
  ingest,
  commitment: undefined,
  clock,
  schedule,
  newId,
  emit,
  traceparentOf: audience.ofAssociation,
});

/** Sends all spans that have ended, where spans are made; the product has no need to. */
async function flushSpans(): Promise<void> {
  if (telemetry?.traces === undefined) return;
  const provider = trace.getTracerProvider();
  const sdk = provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider;
  if (!('forceFlush' in sdk) || typeof sdk.forceFlush !== 'function') throw new Error('spans cannot be flushed');
  await sdk.forceFlush();
}

obey(socketPath, {
  bare: () => {
    audience.isTold = false;
  },
  told: () => {
    audience.isTold = true;
  },
  settle: async () => {
    // The sender is gone: what is left of its connection are a few turns of the event loop.
    while (network.liveAssociations() > 0) await turn();
    // A batch would wait for further associations, and be of both kinds.
    await ingest.drain(new Promise(() => undefined));
    await flushSpans();
  },
});
