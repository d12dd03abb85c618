import { trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { traceparentOf } from './span-context.ts';
import { SpanProjection } from './span-projection.ts';
import type { Traces } from './traces.ts';

export interface TracesOptions {
  /** The name that spans are told under; undefined where the environment says one. */
  readonly serviceName: string | undefined;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
}

/**
 * Spans by the OpenTelemetry SDK, which reads destination, sampler, limits and resource from `OTEL_*` in the environment
 * and sends in the background. It measures and logs nothing here, and instruments no library.
 */
export function openTraces({ serviceName, version, nowMs }: TracesOptions): Traces {
  const sdk = new NodeSDK({
    ...(serviceName === undefined ? {} : { serviceName }),
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
  });
  sdk.start();
  const spans = new SpanProjection(trace.getTracer('dicom-store-scp', version), nowMs);
  return {
    project: (event) => spans.project(event),
    ofAssociation: (associationId) => traceparentOf(spans.associations.contextOf(associationId)),
    ofBatch: (batchId) => traceparentOf(spans.batches.contextOf(batchId)),
    close: async () => {
      spans.batches.endAll(nowMs());
      spans.associations.endAll(nowMs());
      await sdk.shutdown().catch(() => undefined);
    },
  };
}
