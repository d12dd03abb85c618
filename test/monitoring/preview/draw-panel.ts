import { drawGraph } from './draw-graph.ts';
import { type DrawnPanel, type DrawnSeries, escaped, lastOf, thresholdColour } from './model.ts';
import { formatted } from './units.ts';

const HEADER = 30;
const PADDING = 8;

export interface DrawnBox {
  readonly width: number;
  readonly height: number;
  /** What is shown, in seconds since the epoch. */
  readonly span: readonly [number, number];
}

/** A panel as HTML. @param height of the whole */
export function drawPanel(
  panel: DrawnPanel,
  series: readonly DrawnSeries[],
  { width, height, span }: DrawnBox,
): string {
  const { noValue } = panel.fieldConfig.defaults;
  const [innerWidth, innerHeight] = [width - 2 * PADDING, height - HEADER - PADDING];
  const isLoud = panel.type === 'stat' && panel.options.colorMode === 'background';
  const value = series[0] === undefined ? undefined : lastOf(series[0]);
  const back =
    isLoud && value !== undefined ? ` style="background:${thresholdColour(panel, value)};color:#111217"` : '';
  const body =
    series.length === 0 || series.every((one) => lastOf(one) === undefined)
      ? `<div class="none">${escaped(noValue)}</div>`
      : drawn();
  return `<section${back}><h2>${escaped(panel.title)}</h2>${body}</section>`;

  function drawn(): string {
    switch (panel.type) {
      case 'timeseries':
        return drawGraph(panel, series, innerWidth, innerHeight, span);
      case 'bargauge':
        return drawBars(panel, series, innerHeight);
      case 'table':
        return drawTable(panel, series);
      default:
        return drawStat(panel, series, isLoud, innerWidth, innerHeight);
    }
  }
}

function drawStat(
  panel: DrawnPanel,
  series: readonly DrawnSeries[],
  isLoud: boolean,
  width: number,
  height: number,
): string {
  const { unit, decimals } = panel.fieldConfig.defaults;
  const big = Math.min(height * (series.length > 1 ? 0.26 : 0.5), 72);
  const values = series.map((one) => {
    const value = lastOf(one);
    const text = value === undefined ? '–' : formatted(value, unit, decimals);
    const size = Math.min(big, (width / text.length) * 1.5);
    const colour = isLoud ? '#111217' : thresholdColour(panel, value ?? 0);
    const name = series.length > 1 ? `<small>${escaped(one.name)}</small>` : '';
    return `<div class="value">${name}<b style="font-size:${size.toFixed(0)}px;color:${colour}">${escaped(text)}</b></div>`;
  });
  const spark =
    panel.options.graphMode === 'area' && series[0] !== undefined ? sparkline(series[0], width, isLoud) : '';
  return `<div class="stat">${values.join('')}</div>${spark}`;
}

function sparkline({ points }: DrawnSeries, width: number, isLoud: boolean): string {
  const known = points.filter(([, value]) => Number.isFinite(value));
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || first === last) return '';
  const high = Math.max(...known.map(([, value]) => value)) || 1;
  const height = 30;
  const line = known.map(
    ([at, value]) =>
      `${(((at - first[0]) / (last[0] - first[0])) * width).toFixed(1)},${(height - (value / high) * (height - 2)).toFixed(1)}`,
  );
  const colour = isLoud ? '#111217' : '#73bf69';
  return `<svg class="spark" width="${width}" height="${height}"><polygon points="0,${height} ${line.join(' ')} ${width},${height}" fill="${colour}" opacity="0.2"/><polyline points="${line.join(' ')}" fill="none" stroke="${colour}"/></svg>`;
}

function drawBars(panel: DrawnPanel, series: readonly DrawnSeries[], height: number): string {
  const { unit, decimals } = panel.fieldConfig.defaults;
  const rows = series
    .map((one) => ({ name: one.name, value: lastOf(one) ?? 0 }))
    .toSorted((a, b) => b.value - a.value)
    .slice(0, Math.floor(height / 30));
  const most = Math.max(...rows.map(({ value }) => value), 1e-9);
  return rows
    .map(
      ({ name, value }) =>
        `<div class="bar"><span>${escaped(name)}</span><i><u style="width:${(100 * value) / most}%"></u></i><b>${escaped(formatted(value, unit, decimals))}</b></div>`,
    )
    .join('');
}

function drawTable(panel: DrawnPanel, series: readonly DrawnSeries[]): string {
  const names = panel.transformations.find(({ id }) => id === 'organize')?.options.renameByName ?? {};
  const columns = Object.entries(names);
  const cells = (one: DrawnSeries) =>
    columns.map(
      ([label]) => `<td>${escaped(label === 'Value' ? String(lastOf(one)) : (one.labels[label] ?? ''))}</td>`,
    );
  const head = columns.map(([, name]) => `<th>${escaped(name)}</th>`).join('');
  return `<table><tr>${head}</tr>${series.map((one) => `<tr>${cells(one).join('')}</tr>`).join('')}</table>`;
}
