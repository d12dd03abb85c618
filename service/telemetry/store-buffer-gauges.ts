import { Gauge, type Registry } from 'prom-client';

/** Memory that instances on their way to the store have. */
export interface StoreBuffers {
  readonly usedBytes: number;
  /** With what was given back and waits for the next. */
  readonly keptBytes: number;
  readonly budgetBytes: number;
  readonly waiting: number;
}

/** Shows the buffers of the store as they are when the metrics are read. */
export function showStoreBuffers(registry: Registry, buffers: StoreBuffers): void {
  const gauge = (suffix: string, help: string, read: () => number) =>
    new Gauge({
      name: `dicom_store_scp_store_buffer_${suffix}`,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('bytes', 'Memory of instances on their way to the store.', () => buffers.usedBytes);
  gauge(
    'kept_bytes',
    'The same, and what waits for the next instances: the most that was ever needed at once.',
    () => buffers.keptBytes,
  );
  gauge('budget_bytes', 'Most memory that they may have together.', () => buffers.budgetBytes);
  gauge('waiting', 'Instances whose senders are held back until memory is free.', () => buffers.waiting);
}
