import { firing } from '../panels/firing.ts';
import { graph } from '../panels/graph.ts';
import { inRange, metric, rate } from '../panels/queries.ts';
import { stat } from '../panels/stat.ts';
import { badFrom, type Step } from '../panels/steps.ts';
import { table } from '../panels/table.ts';
import { ourRefusals } from '../rules/objectives.ts';
import type { Thresholds } from '../thresholds.ts';
import type { Board } from './board.ts';

/** For a screen on a wall: green is well, red is not. */
export function wall(thresholds: Thresholds): Board {
  const { imports, storeFailures } = thresholds;
  const tile = { width: 6, height: 6, isLoud: true };
  const blue: readonly Step[] = [{ from: Number.NEGATIVE_INFINITY, colour: 'blue' }];
  return {
    name: 'wall',
    title: 'Images on their way',
    description: 'For a screen on a wall in radiology: whether images come in, are stored and are imported today.',
    from: 'now-12h',
    refresh: '1m',
    isWall: true,
    rows: [
      {
        title: 'Today',
        panels: [
          stat(
            {
              ...tile,
              title: 'Receiving',
              description: 'Whether modalities can send: the number of receivers that are up.',
              unit: 'none',
              steps: [
                { from: Number.NEGATIVE_INFINITY, colour: 'red' },
                { from: 1, colour: 'green' },
              ],
            },
            {
              expr: `sum(up{job=~"$job", namespace=~"$namespace", instance=~"$instance"} and on (job, instance) ${metric('build_info')}) or vector(0)`,
              legend: 'receivers',
            },
          ),
          stat(
            {
              ...tile,
              title: 'Sending now',
              description: 'Associations that are open now.',
              unit: 'none',
              steps: blue,
              hasGraph: true,
            },
            { expr: `sum(${metric('associations')})`, legend: 'associations' },
          ),
          stat(
            {
              ...tile,
              title: 'Images received',
              description: 'Images stored in the time shown.',
              unit: 'short',
              decimals: 0,
              steps: blue,
            },
            { expr: `round(sum(${inRange('instances_total', 'result="kept"')}))`, legend: 'images' },
          ),
          stat(
            {
              ...tile,
              title: 'Images imported',
              description: 'Images that are in HealthImaging, in the time shown.',
              unit: 'short',
              decimals: 0,
              steps: blue,
              noValue: 'not known here',
            },
            {
              expr: `round(sum(max by (result) (${inRange('import_instances_total', 'result=~"imported|warned"')})))`,
              legend: 'images',
            },
          ),
          stat(
            {
              ...tile,
              title: 'Longest wait for import',
              description: 'How long the oldest images have been waiting for their import.',
              unit: 's',
              steps: badFrom(imports.oldestAgeSeconds),
              noValue: 'not known here',
            },
            { expr: `max(${metric('import_oldest_unreconciled_age_seconds')})`, legend: 'wait' },
          ),
          stat(
            {
              ...tile,
              title: 'Refused: send again',
              description:
                'Images that could not be stored in the last hour. Modalities keep them and send them again.',
              unit: 'none',
              decimals: 0,
              steps: badFrom(storeFailures),
            },
            { expr: `round(sum(increase(${metric('instances_refused_total', ourRefusals)}[1h])))`, legend: 'images' },
          ),
          stat(
            {
              ...tile,
              title: 'Not imported',
              description:
                'Images that HealthImaging did not import, in the time shown. Call whoever looks after the import.',
              unit: 'none',
              decimals: 0,
              steps: badFrom(1),
              noValue: 'not known here',
            },
            { expr: `round(sum(max by (reason) (${inRange('import_failures_total')})))`, legend: 'images' },
          ),
          stat(
            {
              ...tile,
              title: 'Associations turned away',
              description: 'Associations that were not taken in the last hour, for whatever reason.',
              unit: 'none',
              decimals: 0,
              steps: badFrom(thresholds.associations.rejected, 'orange'),
            },
            {
              expr: `round(sum(increase(${metric('associations_rejected_total', 'because!="draining"')}[1h])))`,
              legend: 'associations',
            },
          ),
          graph(
            {
              width: 16,
              height: 10,
              title: 'Images',
              description: 'Images received and imported, a second.',
              unit: 'reqps',
            },
            { expr: `sum(${rate('instances_total', 'result="kept"')})`, legend: 'received' },
            {
              expr: `sum(max by (result) (${rate('import_instances_total', 'result=~"imported|warned"')}))`,
              legend: 'imported',
            },
          ),
          table(
            {
              width: 8,
              height: 10,
              title: 'What is wrong',
              description: 'Alerts that fire now.',
              unit: 'none',
              columns: { alertname: 'Alert', severity: 'Severity' },
              value: 'Number',
              noValue: 'All is well',
            },
            { expr: firing(thresholds, 'alertname, severity'), legend: '' },
          ),
        ],
      },
    ],
  };
}
