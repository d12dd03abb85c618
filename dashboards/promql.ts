/** A duration as Prometheus writes it: the greatest unit that divides it. */
export function promDuration(seconds: number): string {
  const units = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'm'],
  ] as const;
  const found = units.find(([size]) => seconds >= size && seconds % size === 0);
  return found === undefined ? `${seconds}s` : `${seconds / found[0]}${found[1]}`;
}

/** The full name of a metric of the service. */
export const metricName = (suffix: string): string => `dicom_store_scp_${suffix}`;

/** What a release is told apart by; whichever of these labels Prometheus gives. */
export const releaseLabels = 'cluster, namespace, job';

/** Sums per release. */
export const sumByRelease = (expression: string): string => `sum by (${releaseLabels}) (${expression})`;

/** Every service that reads the ledger shows the same of it, so the greatest is taken. */
export const maxByRelease = (expression: string): string => `max by (${releaseLabels}) (${expression})`;
