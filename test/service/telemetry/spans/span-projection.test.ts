import { trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { SpanProjection } from '../../../../service/telemetry/spans/span-projection.ts';
import { RecordingTracer } from '../../../support/otlp/recording-tracer.ts';
import { sampleEvents } from '../sample-events.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const unsampled = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

function projection(isSampled = true) {
  const tracer = new RecordingTracer(isSampled);
  const spans = new SpanProjection(tracer, () => 1_000_000);
  return { tracer, spans };
}

describe('the spans', () => {
  it('tell when an instance came and when its last byte had', () => {
    const { tracer, spans } = projection();
    spans.project(sampleEvents['association-accepted']);
    spans.project(sampleEvents['instance-stored']);
    const times = tracer.spans.map(({ name, startMs, endMs }) => [name, startMs, endMs]);
    expect(times).toEqual([
      ['association', 1_000_000, undefined],
      ['C-STORE', 999_980, 1_000_000],
      ['store', 999_995, 1_000_000],
    ]);
  });

  it('put an instance below its association when that has ended before it', () => {
    const { tracer, spans } = projection();
    spans.project(sampleEvents['association-accepted']);
    const association = spans.project(sampleEvents['association-ended']);
    spans.project(sampleEvents['instance-stored']);
    const store = tracer.spans.find(({ name }) => name === 'C-STORE');
    expect(store?.parent).toBe(association?.spanId);
  });

  it('fail with what went wrong', () => {
    const { tracer, spans } = projection();
    spans.project(sampleEvents['association-accepted']);
    spans.project(sampleEvents['instance-refused']);
    spans.project({ ...sampleEvents['association-ended'], how: 'aborted-by-us', faultCode: 'IDLE_TIMEOUT' });
    expect(tracer.spans.map(({ name, failure }) => [name, failure])).toEqual([
      ['association', 'IDLE_TIMEOUT'],
      ['C-STORE', 'STORE_FULL'],
    ]);
  });

  it('continue the trace that a batch was opened in, and link it to all that joined', () => {
    const { tracer, spans } = projection();
    spans.project({ ...sampleEvents['batch-opened'], traceparent });
    spans.project({ ...sampleEvents['batch-joined'], traceparent });
    spans.project(sampleEvents['batch-sealed']);
    const [batch, seal] = tracer.spans;
    expect(batch).toMatchObject({ name: 'batch', parent: 'b7ad6b7169203331', links: ['b7ad6b7169203331'] });
    expect(seal).toMatchObject({ name: 'seal', startMs: 999_970, endMs: 1_000_000 });
  });

  it('are not made below what is not sampled', () => {
    const { tracer, spans } = projection(false);
    spans.project(sampleEvents['association-accepted']);
    for (let count = 0; count < 3; count++) spans.project(sampleEvents['instance-stored']);
    spans.project({ ...sampleEvents['instance-uploaded'], traceparent: unsampled });
    expect(tracer.spans.map(({ name }) => name)).toEqual(['association']);
  });

  it('are few of an association with many instances: the first, some behind them, and the slow ones', () => {
    const { tracer, spans } = projection();
    const association = spans.project(sampleEvents['association-accepted']);
    const places = Array.from({ length: 1_000 }, (_, number) =>
      spans.project({ ...sampleEvents['instance-stored'], durationMs: number === 500 ? 2_000 : 20 }),
    );
    const stores = tracer.spans.filter(({ name }) => name === 'C-STORE');
    // 16, one in 64 of the 984 behind them, and the one that took two seconds.
    expect(stores).toHaveLength(16 + 15 + 1);
    expect(tracer.spans.filter(({ name }) => name === 'store')).toHaveLength(stores.length);
    expect(places[15]).not.toEqual(association);
    expect(places[16]).toEqual(association);
    expect(places[500]).not.toEqual(association);
    expect(stores.map(({ startMs }) => startMs)).toContain(998_000);
  });

  it('are made of every instance that is refused, however many there are', () => {
    const { tracer, spans } = projection();
    spans.project(sampleEvents['association-accepted']);
    for (let count = 0; count < 100; count++) spans.project(sampleEvents['instance-refused']);
    expect(tracer.spans.filter(({ failure }) => failure === 'STORE_FULL')).toHaveLength(100);
  });

  it('are few of many uploads of one association, which all wait while the store is away', () => {
    const { tracer, spans } = projection();
    const upload = { ...sampleEvents['instance-uploaded'], traceparent, waitedMs: 3_600_000 };
    for (let count = 0; count < 64; count++) spans.project(upload);
    for (let count = 0; count < 3; count++) spans.project({ ...upload, associationId: 'another' });
    expect(tracer.spans).toHaveLength(16 + 1 + 3);
  });

  it('say of every event of an association where it belongs', () => {
    const { spans } = projection();
    const accepted = spans.project(sampleEvents['association-accepted']);
    expect(spans.project(sampleEvents['leniency-used'])).toEqual(accepted);
    expect(spans.project(sampleEvents['service-listening'])).toBeUndefined();
    expect(spans.project({ ...sampleEvents['echo-answered'], associationId: 'another' })).toBeUndefined();
  });

  it('have a decision for every event, and none that throws', () => {
    const { spans } = projection();
    for (const event of Object.values(sampleEvents)) spans.project(event);
    for (const event of Object.values(sampleEvents).reverse()) spans.project(event);
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});
