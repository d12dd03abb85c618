import { Gauge, type Registry } from 'prom-client';
import type { TelemetryEvent } from './events.ts';

/** Shows the age of the oldest batch that is not sealed yet, from the events of batches. */
export function openBatchAge(registry: Registry, nowMs: () => number): (event: TelemetryEvent) => void {
  const openedAtMs = new Map<string, number>();
  new Gauge({
    name: 'dicom_store_scp_oldest_open_batch_age_seconds',
    help: 'Age of the oldest batch that is not sealed yet; 0 where there is none.',
    registers: [registry],
    collect() {
      const oldest = Math.min(...openedAtMs.values());
      this.set(Number.isFinite(oldest) ? Math.max(0, nowMs() - oldest) / 1_000 : 0);
    },
  });
  return (event) => {
    switch (event.event) {
      case 'batch-opened':
        openedAtMs.set(event.batchId, nowMs());
        return;
      case 'batch-sealed':
      case 'batch-abandoned':
      case 'batch-lost':
        openedAtMs.delete(event.batchId);
        return;
      default:
        return;
    }
  };
}
