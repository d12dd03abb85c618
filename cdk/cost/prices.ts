/** A price of AWS in US dollars. */
export interface Price {
  readonly usd: number;
  readonly per: string;
}

const price = (usd: number, per: string): Price => ({ usd, per });

/** Of which region and day the prices are. They change: compare with AWS's price list before relying on a sum. */
export const pricesOf = {
  region: 'us-east-1',
  date: '2026-11',
  source: 'public list prices, to be checked against AWS’s price list',
};

export const prices = {
  fargateVcpuHour: price(0.03238, 'vCPU and hour, ARM'),
  fargateGbHour: price(0.00356, 'GB and hour, ARM'),
  loadBalancerHour: price(0.0225, 'hour'),
  loadBalancerLcuHour: price(0.006, 'capacity unit and hour'),
  endpointHour: price(0.01, 'interface endpoint, zone and hour'),
  s3Put: price(0.005 / 1_000, 'PUT, COPY or LIST request'),
  s3Get: price(0.0004 / 1_000, 'GET or HEAD request'),
  s3GbMonth: price(0.023, 'GB and month, S3 Standard'),
  dynamoWrite: price(0.625 / 1_000_000, 'write of up to 1 KB, on demand'),
  dynamoRead: price(0.125 / 1_000_000, 'read of up to 4 KB, on demand'),
  dynamoGbMonth: price(0.25 + 0.2, 'GB and month, with point-in-time recovery'),
  lambdaRequest: price(0.2 / 1_000_000, 'invocation'),
  lambdaGbSecond: price(0.0000133334, 'GB and second, ARM'),
  transition: price(0.025 / 1_000, 'state transition, standard workflow'),
  sqsRequest: price(0.4 / 1_000_000, 'request'),
  logGb: price(0.5, 'GB taken in'),
  alarmMetricMonth: price(0.1, 'metric of an alarm and month'),
  dashboardMonth: price(3, 'dashboard and month'),
  keyMonth: price(1, 'key and month'),
} as const satisfies Record<string, Price>;
