import { graph } from '../panels/graph.ts';
import { toLogs } from '../panels/links.ts';
import { inRange, metric, processMetric } from '../panels/queries.ts';
import { stat } from '../panels/stat.ts';
import { badFrom } from '../panels/steps.ts';
import { table } from '../panels/table.ts';
import type { Thresholds } from '../thresholds.ts';
import type { Board } from './board.ts';

/** The processes, what they use, and how much more they could take. */
export function runtime({ associations, residentBytes, eventLoopLagSeconds }: Thresholds): Board {
  const small = { width: 6, height: 4 };
  const half = { width: 12, height: 8 };
  const third = { width: 8, height: 8 };
  // Node's and the process's own metrics have the names that every Node program has.
  const ours = (name: string) => `${processMetric(name)} and on (job, instance) ${metric('build_info')}`;
  const rateOf = (name: string) =>
    `rate(${processMetric(name)}[$__rate_interval]) and on (job, instance) ${metric('build_info')}`;
  return {
    name: 'runtime',
    title: 'DICOM Store SCP / Runtime and capacity',
    description: 'The processes, what they use of CPU and memory, and how much more they could take.',
    rows: [
      {
        title: 'Is there room?',
        panels: [
          stat(
            {
              ...small,
              title: 'Associations in use',
              description: 'Of the instance that has most of its limit (AssociationsNearLimit is about all together).',
              unit: 'percentunit',
              steps: badFrom(associations.nearLimitRatio),
              hasGraph: true,
            },
            { expr: `max(${metric('associations')} / ${metric('associations_limit')})`, legend: 'in use' },
          ),
          stat(
            {
              ...small,
              title: 'Buffers in use',
              description:
                'Memory of instances on their way to S3, of what they may have, of the instance that has most.',
              unit: 'percentunit',
              steps: badFrom(0.9, 'orange'),
              hasGraph: true,
            },
            { expr: `max(${metric('store_buffer_bytes')} / ${metric('store_buffer_budget_bytes')})`, legend: 'in use' },
          ),
          stat(
            {
              ...small,
              title: 'Unknown errors',
              description: 'Errors that the service does not know, in the time shown (ServiceBug).',
              unit: 'none',
              decimals: 0,
              steps: badFrom(1),
              links: [toLogs('bug')],
            },
            { expr: `round(sum(${inRange('bugs_total')}))`, legend: 'errors' },
          ),
          stat(
            { ...small, title: 'Last start', description: 'Time since the youngest instance started.', unit: 's' },
            { expr: `time() - max(${ours('process_start_time_seconds')})`, legend: 'ago' },
          ),
        ],
      },
      {
        title: 'What do the processes use?',
        panels: [
          graph(
            {
              ...half,
              title: 'CPU',
              description: 'CPU that each instance uses: 1 is one core.',
              unit: 'none',
              decimals: 2,
            },
            { expr: rateOf('process_cpu_seconds_total'), legend: '{{instance}}' },
          ),
          graph(
            {
              ...half,
              title: 'Resident memory',
              description: 'Memory of each process (MemoryHigh). It does not grow with the size of images.',
              unit: 'bytes',
              steps: badFrom(residentBytes),
            },
            { expr: ours('process_resident_memory_bytes'), legend: '{{instance}}' },
          ),
          graph(
            {
              ...third,
              title: 'Event loop lag',
              description: 'How late the event loop is, 99 of 100 (EventLoopBlocked): late means too little CPU.',
              unit: 's',
              steps: badFrom(eventLoopLagSeconds, 'orange'),
            },
            { expr: ours('nodejs_eventloop_lag_p99_seconds'), legend: '{{instance}}' },
          ),
          graph(
            {
              ...third,
              title: 'Garbage collection',
              description: 'Share of the time that goes into collecting garbage, by kind.',
              unit: 'percentunit',
            },
            { expr: `sum by (kind) (${rateOf('nodejs_gc_duration_seconds_sum')})`, legend: '{{kind}}' },
          ),
          graph(
            {
              ...third,
              title: 'Heap and external memory',
              description: 'Memory of JavaScript objects, and of buffers beside the heap.',
              unit: 'bytes',
            },
            { expr: `sum(${ours('nodejs_heap_size_used_bytes')})`, legend: 'heap' },
            { expr: `sum(${ours('nodejs_external_memory_bytes')})`, legend: 'external' },
          ),
          graph(
            {
              ...half,
              title: 'Open file descriptors',
              description: 'Sockets and files of each process.',
              unit: 'none',
            },
            { expr: ours('process_open_fds'), legend: '{{instance}}' },
          ),
          table(
            {
              ...half,
              title: 'Versions',
              description: 'What runs: the version of each instance.',
              unit: 'none',
              columns: { job: 'Job', instance: 'Instance', version: 'Version' },
              value: 'Up',
            },
            { expr: `max by (job, instance, version) (${metric('build_info')})`, legend: '' },
          ),
        ],
      },
    ],
  };
}
