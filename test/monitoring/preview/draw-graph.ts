import { colourOf, type DrawnPanel, type DrawnSeries, escaped, lastOf, palette } from './model.ts';
import { formatted } from './units.ts';

const LEFT = 74;
const BOTTOM = 20;
const TOP = 8;
const RIGHT = 10;
const LEGEND_LINE = 17;
const MAX_LEGENDS = 6;

/** Steps that people count in. */
function stepFor(rough: number, unit: string): number {
  const base = unit === 'bytes' ? 1_024 ** Math.max(0, Math.floor(Math.log(rough) / Math.log(1_024))) : 1;
  const minutes = unit === 's' && rough > 10 ? [15, 30, 60, 120, 300, 600, 1_800, 3_600] : [];
  const counted = minutes.find((candidate) => candidate >= rough);
  if (counted !== undefined) return counted;
  const power = 10 ** Math.floor(Math.log10(rough / base));
  return base * ([1, 2, 5, 10].map((factor) => factor * power).find((step) => step * base >= rough) ?? power);
}

/** Round numbers from 0 or below that span the values. */
function ticksOf(low: number, high: number, unit: string): readonly number[] {
  const step = stepFor((high - low || 1) / 4, unit);
  const ticks: number[] = [];
  for (let tick = Math.floor(low / step) * step; tick <= high + step * 0.999; tick += step) {
    ticks.push(Number(tick.toPrecision(12)));
  }
  return ticks;
}

const highest = ({ points }: DrawnSeries): number =>
  Math.max(...points.map(([, value]) => value).filter(Number.isFinite), Number.NEGATIVE_INFINITY);

/** Each on the sum of those before it. */
function stacked(series: readonly DrawnSeries[]): readonly DrawnSeries[] {
  const sums = new Map<number, number>();
  return series.map((one) => ({
    ...one,
    points: one.points.map(([at, value]) => {
      const sum = (sums.get(at) ?? 0) + (Number.isFinite(value) ? value : 0);
      sums.set(at, sum);
      return [at, sum] as const;
    }),
  }));
}

/** A course over time as SVG, and its legend. */
export function drawGraph(
  panel: DrawnPanel,
  given: readonly DrawnSeries[],
  width: number,
  height: number,
  span: readonly [number, number],
): string {
  const { unit, decimals, min, max, custom, thresholds } = panel.fieldConfig.defaults;
  const series = given.toSorted((a, b) => highest(b) - highest(a));
  const isStacked = custom.stacking?.mode === 'normal';
  const legends = Math.min(series.length, MAX_LEGENDS);
  const plotHeight = height - TOP - BOTTOM - legends * LEGEND_LINE;
  const plotWidth = width - LEFT - RIGHT;
  const shown = isStacked ? stacked(series) : series;
  const values = shown.flatMap(({ points }) => points.map(([, value]) => value)).filter(Number.isFinite);
  const ticks = ticksOf(min ?? Math.min(...values), max ?? (Math.max(...values) || 1), unit);
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const x = (at: number) => LEFT + ((at - span[0]) / (span[1] - span[0])) * plotWidth;
  const y = (value: number) => TOP + plotHeight - ((value - low) / (high - low)) * plotHeight;

  const grid = ticks.map(
    (tick) =>
      `<line x1="${LEFT}" x2="${width - RIGHT}" y1="${y(tick)}" y2="${y(tick)}" stroke="#2c3235"/><text x="${LEFT - 6}" y="${y(tick) + 4}" text-anchor="end">${escaped(formatted(tick, unit))}</text>`,
  );
  const times = [0.1, 0.3, 0.5, 0.7, 0.9].map((share) => span[0] + share * (span[1] - span[0]));
  const clock = times.map(
    (at) =>
      `<text x="${x(at)}" y="${TOP + plotHeight + 15}" text-anchor="middle">${new Date(at * 1_000).toISOString().slice(11, 19)}</text>`,
  );
  // What is nothing all along would only draw over what it stands on.
  const lines = shown.map((one, index) =>
    isStacked && highest(series[index] ?? one) === 0 ? '' : pathOf(one, shown[index - 1], index),
  );
  const limits =
    custom.thresholdsStyle?.mode === 'dashed'
      ? (thresholds?.steps ?? [])
          .filter(({ value }) => value !== null && value >= low && value <= high)
          .map(
            ({ value, color }) =>
              `<line x1="${LEFT}" x2="${width - RIGHT}" y1="${y(value ?? 0)}" y2="${y(value ?? 0)}" stroke="${colourOf(color)}" stroke-dasharray="6 4"/>`,
          )
      : [];
  const legend = series.slice(0, MAX_LEGENDS).map((one, index) => {
    const top = TOP + plotHeight + BOTTOM + index * LEGEND_LINE + 9;
    const numbers = one.points.map(([, value]) => value).filter(Number.isFinite);
    const last = lastOf(one);
    const told = [last ?? Number.NaN, Math.max(...numbers)].map((value) => escaped(formatted(value, unit, decimals)));
    const more =
      index === MAX_LEGENDS - 1 && series.length > MAX_LEGENDS ? ` and ${series.length - MAX_LEGENDS} more` : '';
    return `<rect x="${LEFT - 60}" y="${top - 5}" width="12" height="4" fill="${palette[index % palette.length]}"/><text x="${LEFT - 42}" y="${top}" class="name">${escaped(one.name.slice(0, 70))}${more}</text><text x="${width - 110}" y="${top}" text-anchor="end">last ${told[0]}</text><text x="${width - RIGHT}" y="${top}" text-anchor="end">max ${told[1]}</text>`;
  });
  return `<svg width="${width}" height="${height}">${[...grid, ...clock, ...lines, ...limits, ...legend].join('')}</svg>`;

  function pathOf({ points }: DrawnSeries, below: DrawnSeries | undefined, index: number): string {
    const colour = palette[index % palette.length];
    const runs: (readonly [number, number])[][] = [];
    for (const point of points) {
      const run = runs.at(-1);
      if (!Number.isFinite(point[1])) runs.push([]);
      else if (run === undefined) runs.push([point]);
      else run.push(point);
    }
    const base = new Map(below?.points ?? []);
    return runs
      .filter((run) => run.length > 0)
      .map((run) => {
        const line = run.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`);
        const floor = run
          .toReversed()
          .map(([at]) => `${x(at).toFixed(1)},${y(isStacked ? (base.get(at) ?? low) : low).toFixed(1)}`);
        const opacity = (custom.fillOpacity ?? 10) / 100;
        return `<polygon points="${[...line, ...floor].join(' ')}" fill="${colour}" opacity="${opacity}"/><polyline points="${line.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.4"/>`;
      })
      .join('');
  }
}
