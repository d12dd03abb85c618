import { Gauge, type Registry } from 'prom-client';

/** Shows what waits in memory, as it is when the metrics are read. */
export function showBytesInFlight(registry: Registry, bytesInFlight: () => number): void {
  new Gauge({
    name: 'dicom_store_scp_bytes_in_flight',
    help: 'Bytes that instances on their way to the store hold, at most 24 MiB each.',
    registers: [registry],
    collect() {
      this.set(bytesInFlight());
    },
  });
}
