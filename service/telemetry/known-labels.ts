import { Counter, type Registry } from 'prom-client';

const of = (label: string, values: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  values.map((value) => ({ [label]: value, ...more }));

/** Labels that are known before they happen, by the counter they belong to. */
const known: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {
  instances_refused_total: of('code', [
    'STORE_UNAVAILABLE',
    'STORE_FULL',
    'STORE_DENIED',
    'STORE_TIMEOUT',
    'STORE_CORRUPT',
    'PROCESSING_FAILURE',
    'DATA_SET_UNREADABLE',
    'SOP_CLASS_DIFFERS',
    'SOP_INSTANCE_DIFFERS',
    'UID_UNUSABLE',
  ]),
  associations_rejected_total: [
    ...of('because', ['draining', 'associations', 'associations-of-peer', 'bytes-in-flight', 'spool'], {
      reason: 'local-limit-exceeded',
    }),
    ...of('because', ['calling-ae-title', 'known-peer', 'peer-address', 'peer-certificate'], {
      reason: 'calling-ae-title-not-recognized',
    }),
    { reason: 'called-ae-title-not-recognized', because: 'called-ae-title' },
  ],
  associations_ended_total: of('how', ['released', 'aborted-by-peer', 'aborted-by-us', 'transport-closed'], {
    code: '',
  }),
  import_problems_total: of('code', ['ATTRIBUTE_MISSING', 'ATTRIBUTE_TOO_LONG', 'INSTANCE_TOO_LARGE'], {
    severity: 'fails',
  }),
  connections_refused_total: of('reason', [
    'too-many-pending',
    'connection-rate',
    'proxy-header-missing',
    'proxy-header-unexpected',
    'proxy-header-invalid',
    'tls-on-plain-port',
    'plain-dicom-on-tls-port',
    'not-tls',
    'tls-handshake-failed',
    'client-certificate-missing',
    'client-certificate-invalid',
  ]),
  reload_failures_total: of('what', ['tls', 'peers']),
};

/**
 * Lets counters begin at zero for the labels that are known: Prometheus sees no increase in a series that begins with
 * its first event.
 */
export function zeroKnownLabels(registry: Registry): void {
  for (const [suffix, labels] of Object.entries(known)) {
    const counter = registry.getSingleMetric(`dicom_store_scp_${suffix}`);
    if (!(counter instanceof Counter)) throw new Error(`there is no counter ${suffix}`);
    for (const values of labels) counter.inc(values, 0);
  }
}
