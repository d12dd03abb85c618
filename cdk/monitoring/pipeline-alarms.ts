import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { pipelineFunctionNames } from '../../core/pipeline-functions.ts';
import type { ImportPipeline } from '../pipeline/import-pipeline.ts';
import type { AlarmSpec } from './alarm-set.ts';
import { logCount } from './log-count.ts';
import { pipelineMetric } from './pipeline-metric.ts';

const period = Duration.minutes(5);
/** For what each counts, as the rules of Prometheus have it. */
const rarePeriod = Duration.minutes(15);
/** The age at which a batch that has not ended is late. */
export const OLDEST_SECONDS = 3_600;
const QUOTA_RATIO = 0.8;
/** Functions that end batches. */
export const ending = ['reconcile', 'mark-failed', 'sweep'] as const;

/** What can go wrong between a sealed batch and its arrival in HealthImaging. */
export function pipelineAlarms(scope: Construct, pipeline: ImportPipeline): readonly AlarmSpec[] {
  const { deadLetters, queues, stateMachine, functions, concurrentJobs } = pipeline;
  const { logGroup: sweepLog } = functions.byName.sweep;
  return [
    {
      id: 'DeadLetters',
      meaning: 'An event or a notice could not be delivered or handled and lies in a dead-letter queue.',
      metric: sumOf(
        Object.values(deadLetters).map((queue) => queue.metricApproximateNumberOfMessagesVisible({ period })),
      ),
      threshold: 1,
    },
    {
      id: 'EventsWaiting',
      meaning: 'Events have been waiting for a quarter of an hour.',
      metric: maxOf(Object.values(queues).map((queue) => queue.metricApproximateAgeOfOldestMessage({ period }))),
      threshold: 900,
    },
    {
      id: 'ImportsFailed',
      meaning: 'A batch was not imported.',
      metric: sumOf([
        stateMachine.metricFailed({ period }),
        stateMachine.metricTimedOut({ period }),
        stateMachine.metricAborted({ period }),
      ]),
      threshold: 1,
    },
    {
      id: 'InstancesNotImported',
      meaning: 'HealthImaging has not imported some instances of a batch whose others it has.',
      metric: new MathExpression({
        // Batches that failed as a whole are ImportsFailed.
        expression: 'IF(FILL(whole, 0) > 0, 0, FILL(failed, 0) + FILL(unaccounted, 0))',
        usingMetrics: {
          whole: sumOf(
            ending.map((name) => pipelineMetric(scope, 'BatchesFailed', name, 'Sum', rarePeriod)),
            rarePeriod,
          ),
          failed: pipelineMetric(scope, 'InstancesFailed', 'reconcile', 'Sum', rarePeriod),
          unaccounted: pipelineMetric(scope, 'InstancesUnaccounted', 'reconcile', 'Sum', rarePeriod),
        },
        period: rarePeriod,
      }),
      threshold: 1,
    },
    {
      id: 'ImportsLate',
      meaning: 'A batch has not ended an hour after its seal.',
      metric: pipelineMetric(scope, 'OldestUnreconciledAge', 'sweep', 'Maximum', period),
      threshold: OLDEST_SECONDS,
    },
    {
      id: 'ImportQuotaNear',
      meaning: 'Import jobs use most of the quota of those under way, and have for a quarter of an hour.',
      metric: pipelineMetric(scope, 'BatchesImporting', 'sweep', 'Maximum', period),
      threshold: Math.ceil(QUOTA_RATIO * concurrentJobs),
      periods: 3,
    },
    {
      id: 'BatchesStuck',
      meaning: 'The sweeper had to start a batch again that stood still or whose event was lost.',
      metric: logCount(scope, 'BatchesRestarted', sweepLog, '{ $.started[0] = * || $.gaveUp[0] = * }'),
      threshold: 1,
    },
    {
      id: 'SweepFailing',
      meaning: 'The sweeper has failed three times in a row.',
      metric: functions.byName.sweep.metricErrors({ period }),
      threshold: 1,
      periods: 3,
    },
    {
      id: 'Throttled',
      meaning: 'Functions are refused because the account is at its limit.',
      // An alarm takes ten metrics. Where store-instances is refused, an import job takes its place.
      metric: sumOf(
        pipelineFunctionNames
          .filter((name) => name !== 'store-instances')
          .map((name) => functions.byName[name].metricThrottles({ period })),
      ),
      threshold: 1,
      periods: 3,
    },
    {
      id: 'ExecutionsThrottled',
      meaning: 'Executions are refused because the account is at its limit.',
      metric: stateMachine.metricThrottled({ period }),
      threshold: 1,
      periods: 3,
    },
    {
      id: 'DispatchFailing',
      meaning: 'The dispatcher has failed three times in a row.',
      metric: functions.byName.dispatch.metricErrors({ period }),
      threshold: 1,
      periods: 3,
    },
  ];
}

const named = (metrics: readonly IMetric[]) =>
  Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));

const sumOf = (metrics: readonly IMetric[], over: Duration = period): MathExpression =>
  new MathExpression({
    expression: Object.keys(named(metrics))
      .map((name) => `FILL(${name}, 0)`)
      .join(' + '),
    usingMetrics: named(metrics),
    period: over,
  });

const maxOf = (metrics: readonly IMetric[]): MathExpression =>
  new MathExpression({ expression: 'MAX(METRICS())', usingMetrics: named(metrics), period });
