import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { StepSpans } from './step-spans.ts';

/** What spans may hold up a step. The environment is frozen with the answer of the function: nothing is sent later. */
const MAX_FLUSH_MS = 1_000;

/**
 * Spans by OTLP over HTTP. Endpoint, headers and compression are `OTEL_EXPORTER_OTLP_*` of the environment. Everything
 * that is told is sent: whether a trace is sampled was decided with its association.
 * @param serviceName as in the log of the function
 */
export function otlpSpans(serviceName: string): StepSpans {
  const exporter = new OTLPTraceExporter({ timeoutMillis: MAX_FLUSH_MS });
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.namespace': 'dicom-store-scp', 'service.name': serviceName }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: MAX_FLUSH_MS })],
  });
  const tracer = provider.getTracer('dicom-store-scp');
  return {
    tell: ({ name, parent: { traceId, spanId }, startMs, endMs, attributes, failure }) => {
      const parent = { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
      const span = tracer.startSpan(
        name,
        { kind: SpanKind.CONSUMER, startTime: startMs, attributes: { ...attributes } },
        trace.setSpanContext(ROOT_CONTEXT, parent),
      );
      if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
      span.end(endMs);
    },
    flush: () => provider.forceFlush({ timeoutMillis: MAX_FLUSH_MS }),
  };
}
