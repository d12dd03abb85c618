import type { TraceContext } from '../../../core/traceparent.ts';
import type { TelemetryEvent } from '../events.ts';

/** The spans of a process, as the other projections and the rooms that hand traces on see them. */
export interface Traces {
  /** Makes of an event what it is in a trace. @returns where the event belongs, undefined where nothing is traced */
  readonly project: (event: TelemetryEvent) => TraceContext | undefined;
  /** `traceparent` of a live association, or of one that ended lately. */
  readonly ofAssociation: (associationId: string) => string | undefined;
  /** `traceparent` of an open batch. */
  readonly ofBatch: (batchId: string) => string | undefined;
  /** Sends what is left. Never rejects, and does not wait longer than the exporter's own time limit. */
  readonly close: () => Promise<void>;
}
