import { Gauge, type Registry } from 'prom-client';

/** The spool as it is at a moment. */
export interface SpoolState {
  readonly instances: number;
  readonly bytes: number;
  readonly oldestAgeMs: number;
  /** 0 to 1. */
  readonly usedRatio: number;
  readonly isFailing: boolean;
}

/** Shows the spool as it is when the metrics are read. */
export function showSpool(registry: Registry, spool: SpoolState): void {
  const gauge = (suffix: string, help: string, read: () => number) =>
    new Gauge({
      name: `dicom_store_scp_spool_${suffix}`,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('instances', 'Instances acknowledged and not uploaded yet.', () => spool.instances);
  gauge('bytes', 'Bytes of the instances that are not uploaded yet.', () => spool.bytes);
  gauge('oldest_age_seconds', 'Age of the oldest of them.', () => spool.oldestAgeMs / 1_000);
  gauge('volume_used_ratio', 'Share of the volume of the spool that is used.', () => spool.usedRatio);
  gauge('uploads_failing', '1 while uploads from the spool fail.', () => (spool.isFailing ? 1 : 0));
}
