import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { pipelineFunctionNames } from '../../core/pipeline-functions.ts';
import type { ImportPipeline } from '../pipeline/import-pipeline.ts';
import type { AlarmSpec } from './alarm-set.ts';
import { logCount } from './log-count.ts';

const period = Duration.minutes(5);

/** What can go wrong between a sealed batch and its arrival in HealthImaging. */
export function pipelineAlarms(scope: Construct, pipeline: ImportPipeline): readonly AlarmSpec[] {
  const { deadLetters, queues, stateMachine, functions } = pipeline;
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

const sumOf = (metrics: readonly IMetric[]): MathExpression =>
  new MathExpression({
    expression: Object.keys(named(metrics))
      .map((name) => `FILL(${name}, 0)`)
      .join(' + '),
    usingMetrics: named(metrics),
    period,
  });

const maxOf = (metrics: readonly IMetric[]): MathExpression =>
  new MathExpression({ expression: 'MAX(METRICS())', usingMetrics: named(metrics), period });
