import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BatchTrace } from '../../../lambdas/tracing/batch-trace.ts';
import { otlpSpans } from '../../../lambdas/tracing/otlp-spans.ts';
import { freePort } from '../../support/free-port.ts';
import { OtlpReceiver } from '../../support/otlp/otlp-receiver.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const batchSpanId = 'b7ad6b7169203331';
const traceparent = `00-${traceId}-${batchSpanId}-01`;

let collector: OtlpReceiver;
let keys: object;
let loads: number;
const troubles: unknown[] = [];
beforeEach(async () => {
  collector = await OtlpReceiver.start();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.endpoint);
  keys = {};
  loads = 0;
  troubles.length = 0;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await collector.close();
});

function traced(isSent = true) {
  let nowMs = 1_700_000_000_000;
  return new BatchTrace({
    name: 'register',
    log: {
      appendKeys: (more) => {
        keys = { ...keys, ...more };
      },
      resetKeys: () => {
        keys = {};
      },
    },
    load: isSent
      ? async () => {
          loads += 1;
          return otlpSpans('register');
        }
      : undefined,
    onTrouble: (error) => troubles.push(error),
    nowMs: () => (nowMs += 250),
  });
}

describe('what a function does for a batch', () => {
  it("is a span below the batch's, with what is said of it, sent before the function answers", async () => {
    const trace = traced();
    const answer = await trace.invocation(async () => {
      trace.continueFrom(traceparent);
      trace.note({ 'dicom.batch.id': 'B', 'dicom.batch.files': 3 });
      return 7;
    });
    expect(answer).toBe(7);
    expect(keys).toEqual({ traceparent });
    expect(collector.spans).toMatchObject([
      {
        name: 'register',
        service: 'register',
        traceId,
        parentSpanId: batchSpanId,
        attributes: { 'dicom.batch.id': 'B', 'dicom.batch.files': '3' },
        startTimeUnixNano: '1700000000250000000',
        endTimeUnixNano: '1700000000500000000',
      },
    ]);
  });

  it('is a span that has failed when it fails, and fails as it would without', async () => {
    const trace = traced();
    const failing = trace.invocation(async () => {
      trace.continueFrom(traceparent);
      throw Object.assign(new Error('a text that may say anything'), { name: 'OutputsNotReady' });
    });
    await expect(failing).rejects.toThrow('a text that may say anything');
    expect(collector.spans).toMatchObject([{ status: { code: 2, message: 'OutputsNotReady' } }]);
    expect(JSON.stringify(collector.spans)).not.toContain('a text');
  });

  it('is a span for each batch where there are several, sent at once, and none knows of another', async () => {
    const trace = traced();
    const other = `00-${'c'.repeat(32)}-${batchSpanId}-01`;
    for (const [number, parent] of [traceparent, other, undefined].entries()) {
      await trace.step(async () => {
        expect(keys).toEqual({});
        if (parent !== undefined) trace.continueFrom(parent);
        if (number === 0) trace.note({ first: true });
      });
    }
    expect(collector.spans).toEqual([]);
    await trace.flush();
    expect(collector.spans.map((span) => [span.traceId, span.attributes])).toEqual([
      [traceId, { first: true }],
      ['c'.repeat(32), {}],
    ]);
    expect(loads).toBe(1);
  });

  it.each([
    ['is not sampled', true, `00-${traceId}-${batchSpanId}-00`],
    ['has no trace', true, undefined],
    ['cannot be sent anywhere', false, traceparent],
  ] as const)('is no span where the batch %s: nothing is even loaded', async (_, isSent, parent) => {
    const trace = traced(isSent);
    await trace.invocation(async () => {
      if (parent !== undefined) trace.continueFrom(parent);
    });
    expect(loads).toBe(0);
    expect(collector.spans).toEqual([]);
  });

  it('is done all the same when nobody takes its span', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${await freePort()}`);
    const trace = traced();
    const answer = await trace.invocation(async () => {
      trace.continueFrom(traceparent);
      return 'done';
    });
    expect(answer).toBe('done');
    expect(troubles).toHaveLength(1);
  });
});
