/**
 * What the service tells Amazon CloudWatch of itself once a minute, as lines of its log in the embedded metric format.
 * Scaling reads them: the average over all tasks is the load of one.
 */
export const serviceMetrics = {
  Associations: { unit: 'Count', meaning: 'Associations that are open now, of one task.' },
  BytesInFlight: { unit: 'Bytes', meaning: 'What instances on their way to the store hold in memory, of one task.' },
} as const;

export type ServiceMetricName = keyof typeof serviceMetrics;
