import type { PipelineMetricName } from '../../core/pipeline-metrics.ts';
import { cloudWatchGraph } from '../panels/cloudwatch-graph.ts';
import { variable } from '../panels/variable.ts';
import type { Row } from './board.ts';

/** The value of a dimension, in a legend of CloudWatch. */
const dimension = (name: string): string => variable(`PROP('Dim.${name}')`);

/** What CloudWatch knows of the pipeline in AWS. Closed until it is opened: not everybody has that data source. */
export function pipelineRow(): Row {
  const third = { width: 8, height: 8 };
  const machine = { StateMachineArn: '*' };
  const states = (metricName: string, statistic: string, legend: string) => ({
    namespace: 'AWS/States',
    metricName,
    statistic,
    dimensions: machine,
    legend,
  });
  const told = (metricName: PipelineMetricName, statistic: string, service: string, legend: string) => ({
    namespace: `DicomStoreScp/${variable('stack')}`,
    metricName,
    statistic,
    dimensions: { service },
    legend,
  });
  const byFunction = (word: string) => `${word} (${dimension('service')})`;
  return {
    title: 'The pipeline in AWS (needs a CloudWatch data source)',
    isCollapsed: true,
    panels: [
      cloudWatchGraph(
        {
          ...third,
          title: 'Instances',
          description: 'What became of the instances of batches that ended, by the function that ended them.',
          unit: 'none',
        },
        told('InstancesImported', 'Sum', '*', byFunction('imported')),
        told('InstancesWarned', 'Sum', '*', byFunction('imported with warnings')),
        told('InstancesFailed', 'Sum', '*', byFunction('failed')),
        told('InstancesUnaccounted', 'Sum', '*', byFunction('unaccounted for')),
      ),
      cloudWatchGraph(
        {
          ...third,
          title: 'Not imported, by reason in AWS',
          description:
            'Instances that HealthImaging has not imported, by a word for the reason (InstancesNotImported).',
          unit: 'none',
        },
        {
          ...told('InstancesNotImported', 'Sum', '*', dimension('reason')),
          dimensions: { service: '*', reason: '*' },
        },
      ),
      cloudWatchGraph(
        {
          ...third,
          title: 'Oldest not ended in AWS',
          description: 'Time since the seal of the oldest batch that has not ended (ImportsLate).',
          unit: 's',
        },
        told('OldestUnreconciledAge', 'Maximum', 'sweep', 'age'),
      ),
      cloudWatchGraph(
        {
          ...third,
          title: 'Batches not ended',
          description: 'Batches that wait for an import job, and those that have one (ImportQuotaNear).',
          unit: 'none',
        },
        told('BatchesWaiting', 'Maximum', 'sweep', 'waiting'),
        told('BatchesImporting', 'Maximum', 'sweep', 'importing'),
      ),
      cloudWatchGraph(
        {
          ...third,
          title: 'Age of batches at their end',
          description: 'From the opening of a batch, with its first instance, to its reconciliation.',
          unit: 's',
        },
        told('BatchAge', 'p50', 'reconcile', 'half'),
        told('BatchAge', 'p95', 'reconcile', '95 of 100'),
      ),
      cloudWatchGraph(
        {
          ...third,
          title: 'Starts put off',
          description: 'Starts of import jobs that HealthImaging put off for its quotas.',
          unit: 'none',
        },
        told('ImportQuotaWaits', 'Sum', '*', dimension('service')),
      ),
      cloudWatchGraph(
        {
          ...third,
          title: 'Executions',
          description: 'Executions of the state machine: one for each batch. Failed ones are alarm ImportsFailed.',
          unit: 'none',
        },
        states('ExecutionsStarted', 'Sum', 'started'),
        states('ExecutionsSucceeded', 'Sum', 'succeeded'),
        states('ExecutionsFailed', 'Sum', 'failed'),
        states('ExecutionsTimedOut', 'Sum', 'timed out'),
      ),
      cloudWatchGraph(
        { ...third, title: 'Duration of executions', description: 'From the seal of a batch to its end.', unit: 'ms' },
        states('ExecutionTime', 'p50', 'half'),
        states('ExecutionTime', 'p95', '95 of 100'),
      ),
      cloudWatchGraph(
        {
          ...third,
          title: 'Events waiting',
          description: 'Age of the oldest event in each queue (alarm EventsWaiting).',
          unit: 's',
        },
        {
          namespace: 'AWS/SQS',
          metricName: 'ApproximateAgeOfOldestMessage',
          statistic: 'Maximum',
          dimensions: { QueueName: '*' },
          legend: dimension('QueueName'),
        },
      ),
      cloudWatchGraph(
        {
          ...third,
          title: 'Dead letters',
          description:
            'Events and notices that could not be handled (alarm DeadLetters). Queues of this product have DeadLetters or Undelivered in their names.',
          unit: 'none',
        },
        {
          namespace: 'AWS/SQS',
          metricName: 'ApproximateNumberOfMessagesVisible',
          statistic: 'Maximum',
          dimensions: { QueueName: '*' },
          legend: dimension('QueueName'),
        },
      ),
      cloudWatchGraph(
        {
          ...third,
          title: 'Errors of functions',
          description: 'Invocations that failed. The state machine tries again; the sweeper is alarm SweepFailing.',
          unit: 'none',
        },
        {
          namespace: 'AWS/Lambda',
          metricName: 'Errors',
          statistic: 'Sum',
          dimensions: { FunctionName: '*' },
          legend: dimension('FunctionName'),
        },
      ),
      cloudWatchGraph(
        {
          ...third,
          title: 'Throttled',
          description: 'Invocations and executions refused because the account is at its limit (alarm Throttled).',
          unit: 'none',
        },
        {
          namespace: 'AWS/Lambda',
          metricName: 'Throttles',
          statistic: 'Sum',
          dimensions: { FunctionName: '*' },
          legend: dimension('FunctionName'),
        },
        states('ExecutionThrottled', 'Sum', 'executions'),
      ),
    ],
  };
}
