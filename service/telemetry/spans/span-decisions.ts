import { type Attributes, type SpanContext, SpanKind, TraceFlags } from '@opentelemetry/api';
import { type Decisions, type EventOf, nothing } from '../decisions.ts';
import type { AssociationFields, InstanceFields } from '../events.ts';
import { InstanceSampling } from './instance-sampling.ts';
import { remote } from './span-context.ts';
import type { SpanProjection } from './span-projection.ts';

/** What each event is in a trace. Attributes are identifiers, sizes and known words, as in the log. */
export function spanDecisions(spans: SpanProjection): Decisions<SpanContext | undefined> {
  const stored = new InstanceSampling();
  const uploaded = new InstanceSampling();
  return {
    'service-listening': nothing,
    'service-draining': nothing,
    'service-stopped': nothing,
    'connection-refused': nothing,
    'connection-rate-exceeded': nothing,
    'tls-loaded': nothing,
    'peers-loaded': nothing,
    'reload-failed': nothing,
    'peer-recorded': nothing,
    'recording-failed': nothing,
    'bytes-in-flight-saturated': nothing,
    'association-accepted': (event) =>
      spans.associations.begin(
        event.associationId,
        spans.begin({
          name: 'association',
          parent: undefined,
          kind: SpanKind.SERVER,
          attributes: {
            ...associationAttributes(event),
            'dicom.contexts.accepted': event.acceptedContexts,
            'dicom.contexts.refused': event.refusedContexts,
            ...(event.tls === undefined ? {} : { 'tls.protocol.version': event.tls }),
          },
        }),
      ),
    'association-rejected': (event) => {
      const { associationId, reason, because } = event;
      const attributes = { ...associationAttributes(event), 'dicom.reject.reason': reason };
      const span = spans.begin({ name: 'association', parent: undefined, kind: SpanKind.SERVER, attributes });
      spans.associations.begin(associationId, span);
      spans.associations.take(associationId);
      return spans.end(span, {}, because ?? reason);
    },
    'association-ended': ({ associationId, how, faultCode, stored, refused, receivedBytes }) => {
      const span = spans.associations.take(associationId);
      if (span === undefined) return undefined;
      const attributes = {
        'dicom.association.end': how,
        'dicom.instances.stored': stored,
        'dicom.instances.refused': refused,
        'dicom.received.bytes': receivedBytes,
      };
      return spans.end(span, attributes, how === 'released' ? undefined : (faultCode ?? how));
    },
    'connection-closed-early': nothing,
    'echo-answered': nothing,
    'request-refused': nothing,
    'leniency-used': nothing,
    'instance-stored': (event) => store(spans, event, stored),
    'instance-spooled': (event) => store(spans, event, stored),
    'instance-refused': (event) => {
      const { durationMs, code, status } = event;
      const endMs = spans.nowMs;
      return spans.past({
        name: 'C-STORE',
        parent: spans.associations.contextOf(event.associationId),
        startMs: endMs - durationMs,
        endMs,
        attributes: { ...instanceAttributes(event), 'dicom.status': status },
        failure: code,
      });
    },
    'import-doubtful': nothing,
    'instance-differs': nothing,
    'batch-opened': ({ batchId, route, traceparent }) =>
      spans.batches.begin(
        batchId,
        spans.begin({
          name: 'batch',
          parent: remote(traceparent),
          kind: SpanKind.PRODUCER,
          attributes: { 'dicom.batch.id': batchId, 'dicom.route': route },
        }),
      ),
    'batch-joined': ({ batchId, traceparent }) => {
      const context = remote(traceparent);
      if (context !== undefined) spans.batches.get(batchId)?.addLink({ context });
      return context;
    },
    'batch-sealed': ({ batchId, reason, files, bytes, durationMs }) => {
      const span = spans.batches.take(batchId);
      if (span === undefined) return undefined;
      const endMs = spans.nowMs;
      spans.past({
        name: 'seal',
        parent: span.spanContext(),
        startMs: endMs - durationMs,
        endMs,
        attributes: { 'dicom.batch.id': batchId },
      });
      return spans.end(span, { 'dicom.seal.reason': reason, 'dicom.batch.files': files, 'dicom.batch.bytes': bytes });
    },
    'batch-abandoned': ({ batchId }) => endBatch(spans, batchId, undefined),
    'batch-lost': ({ batchId }) => endBatch(spans, batchId, 'lost'),
    'seal-failed': nothing,
    'lease-renewal-failed': nothing,
    'routes-loaded': nothing,
    'spool-opened': nothing,
    'spool-busy': nothing,
    'spool-level': nothing,
    'instance-uploaded': (event) => {
      const parent = remote(event.traceparent);
      if (!isSampled(parent) || !uploaded.isTold(event.associationId)) return parent;
      const endMs = spans.nowMs;
      return spans.past({
        name: 'spool wait and upload',
        parent,
        startMs: endMs - event.waitedMs,
        endMs,
        attributes: { ...instanceAttributes(event), 'dicom.batch.id': event.batchId, 'dicom.route': event.route },
      });
    },
    'upload-failed': nothing,
    'uploads-resumed': nothing,
    'spool-record-damaged': nothing,
    'spool-drained': nothing,
    'audit-failed': nothing,
    'audit-resumed': nothing,
    'task-protection-failed': nothing,
    'operator-acted': nothing,
    'ledger-read-failed': nothing,
    'commitment-requested': nothing,
    'commitment-decided': nothing,
    'commitment-reported': nothing,
    'commitment-report-failed': nothing,
    'commitment-expired': nothing,
    'commitment-trouble': nothing,
    bug: ({ associationId }) => {
      const span = associationId === undefined ? undefined : spans.associations.get(associationId);
      span?.addEvent('bug');
      return span?.spanContext();
    },
  };
}

function store(
  spans: SpanProjection,
  event: EventOf<'instance-stored'> | EventOf<'instance-spooled'>,
  sampling: InstanceSampling,
): SpanContext | undefined {
  const { associationId, durationMs, storeMs, bytes, outcome } = event;
  const association = spans.associations.contextOf(associationId);
  // Before anything is put together: this is done for every instance.
  if (!isSampled(association) || !sampling.isTold(associationId, durationMs)) return association;
  const isSpooled = event.event === 'instance-spooled';
  const endMs = spans.nowMs;
  const context = spans.past({
    name: 'C-STORE',
    parent: association,
    startMs: endMs - durationMs,
    endMs,
    attributes: {
      ...instanceAttributes(event),
      'dicom.bytes': bytes,
      'dicom.status': 0,
      ...(isSpooled ? {} : { 'dicom.batch.id': event.batchId }),
    },
  });
  const attributes = { 'dicom.store.outcome': outcome, 'dicom.bytes': bytes };
  spans.past({ name: isSpooled ? 'spool' : 'store', parent: context, startMs: endMs - storeMs, endMs, attributes });
  return context;
}

const isSampled = (context: SpanContext | undefined): context is SpanContext =>
  context !== undefined && (context.traceFlags & TraceFlags.SAMPLED) !== 0;

function endBatch(spans: SpanProjection, batchId: string, failure: string | undefined): SpanContext | undefined {
  const span = spans.batches.take(batchId);
  return span === undefined ? undefined : spans.end(span, {}, failure);
}

const associationAttributes = (event: AssociationFields): Attributes => ({
  'dicom.association.id': event.associationId,
  'dicom.calling_ae_title': event.callingAeTitle,
  'dicom.called_ae_title': event.calledAeTitle,
  'client.address': event.peer,
});

const instanceAttributes = (event: InstanceFields): Attributes => ({
  'dicom.sop_class_uid': event.sopClassUid,
  'dicom.sop_instance_uid': event.sopInstanceUid,
  'dicom.study_instance_uid': event.studyInstanceUid,
  'dicom.transfer_syntax_uid': event.transferSyntaxUid,
});
