import type { z } from 'zod';
import { filledIn } from '../panel-queries.ts';
import type { PrometheusSeries, RealPrometheus } from '../prometheus.ts';
import type { BoardData, drawnBoardSchema } from './draw-board.ts';
import type { DrawnSeries } from './model.ts';

const POINTS = 300;
const RATE_SECONDS = 15;

/** Asks Prometheus what each panel asks, for a time. */
export async function boardData(
  { panels }: z.infer<typeof drawnBoardSchema>,
  prometheus: RealPrometheus,
  fromMs: number,
  toMs: number,
): Promise<BoardData> {
  const rangeSeconds = Math.ceil((toMs - fromMs) / 1_000);
  const step = Math.max(1, rangeSeconds / POINTS);
  const drawn = [];
  for (const panel of panels) {
    const series: DrawnSeries[] = [];
    for (const { expr, legendFormat } of panel.targets) {
      if (expr === undefined) continue;
      const query = filledIn(expr, rangeSeconds, RATE_SECONDS);
      // What is seen is the time shown: a rate over the whole of it is asked for its end.
      const found =
        panel.type === 'timeseries' || panel.options.graphMode === 'area'
          ? await prometheus.queryRange(query, fromMs, toMs, step)
          : await prometheus.query(query, toMs);
      series.push(...found.map((one) => drawnSeries(one, legendFormat)));
    }
    drawn.push({ panel, series });
  }
  return { panels: drawn, span: [fromMs / 1_000, toMs / 1_000] };
}

function drawnSeries({ metric, values, value }: PrometheusSeries, legend: string): DrawnSeries {
  const name = legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? '');
  const points = (values ?? (value === undefined ? [] : [value])).map(([at, text]) => [at, Number(text)] as const);
  return { name, labels: metric, points };
}
