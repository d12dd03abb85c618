import { Gauge, type Registry } from 'prom-client';

/** Shows limits beside what they limit, so that how near they are can be seen and alerted on. */
export function showLimits(registry: Registry, limits: { readonly maxAssociations: number }): void {
  new Gauge({
    name: 'dicom_store_scp_associations_limit',
    help: 'Associations that may be open at a time.',
    registers: [registry],
  }).set(limits.maxAssociations);
}
