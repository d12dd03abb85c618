import { collectDefaultMetrics, Registry } from 'prom-client';
import { systemClock } from '../../core/system-clock.ts';
import type { TraceContext } from '../../core/traceparent.ts';
import { decide } from './decisions.ts';
import type { TelemetryEvent } from './events.ts';
import { InstanceTally } from './metrics/instance-tally.ts';
import { createInstruments, type Instruments } from './metrics/instruments.ts';
import { type LabelWords, noWords, showFromZero } from './metrics/label-words.ts';
import { metricDecisions } from './metrics/metric-decisions.ts';
import { PeerLabels } from './metrics/peer-labels.ts';

export interface Metrics {
  readonly registry: Registry;
  /** @param trace where the event belongs in a trace */
  readonly project: (event: TelemetryEvent, trace?: TraceContext) => void;
  /** An audit message went out, or could not. */
  readonly countAudit: (result: 'sent' | 'dropped') => void;
}

export interface MetricsOptions {
  readonly words?: LabelWords;
  /** Calling AE titles that have a label of their own beside those of the list of peers. */
  readonly callingAeTitles?: readonly string[];
  /**
   * Whether times carry the trace that they were measured in. Exemplars are a thing of OpenMetrics, which is then what
   * the registry answers; otherwise it is Prometheus' older text.
   */
  readonly exemplars?: boolean;
  /** Milliseconds since the epoch. */
  readonly nowMs?: () => number;
}

/**
 * The Prometheus metrics, derived from events alone. Labels are known words: no addresses, UIDs, nor AE titles but those
 * that the operator lists, since a peer decides how many of them there are.
 */
export function createMetrics(version: string, options: MetricsOptions = {}): Metrics {
  const { words = noWords, callingAeTitles = [], exemplars = false, nowMs = systemClock.nowMs } = options;
  const registry = exemplars ? new Registry(Registry.OPENMETRICS_CONTENT_TYPE) : new Registry();
  collectDefaultMetrics({ register: registry });
  const tally = new InstanceTally(exemplars);
  const instruments: Instruments = createInstruments(registry, exemplars, () => tally.handOver(instruments));
  instruments.buildInfo.set({ version }, 1);
  showFromZero(instruments, words);

  let current: TraceContext | undefined;
  const peers = new PeerLabels(callingAeTitles);
  const decisions = metricDecisions({ instruments, tally, peers, nowMs, currentTrace: () => current });
  return {
    registry,
    project: (event, trace) => {
      current = trace;
      decide(decisions, event);
    },
    countAudit: (result) => instruments.auditMessages.inc({ result }),
  };
}
