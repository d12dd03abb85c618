import { Duration } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { type Construct, Node } from 'constructs';

/**
 * Counts lines of a JSON log.
 * @param pattern in CloudWatch's syntax for JSON, e.g. `{ $.event = "seal-failed" }`
 */
export function logCount(scope: Construct, id: string, log: ILogGroup, pattern: string): Metric {
  const filter = new MetricFilter(scope, id, {
    logGroup: log,
    filterPattern: FilterPattern.literal(pattern),
    // Stacks share the namespace, so the place in the tree is part of the name.
    metricNamespace: 'DicomStoreScp',
    metricName: `${Node.of(scope).addr.slice(-8)}-${id}`,
    metricValue: '1',
    defaultValue: 0,
  });
  return filter.metric({ statistic: 'Sum', period: Duration.minutes(5), label: id });
}
