import { z } from 'zod';
import { drawPanel } from './draw-panel.ts';
import { type DrawnPanel, type DrawnSeries, drawnPanelSchema, escaped } from './model.ts';

export const WIDTH = 1_200;
const COLUMNS = 24;
const ROW = 32;
const GAP = 6;
const HEAD = 64;

export const drawnBoardSchema = z.object({ title: z.string(), panels: z.array(drawnPanelSchema) });

const style = `
*{box-sizing:border-box;margin:0}
body{width:${WIDTH}px;background:#111217;color:#ccccdc;font:12px/1.3 "DejaVu Sans",sans-serif}
header{height:${HEAD}px;padding:12px 12px 0}
header h1{font-size:18px;font-weight:500}
header p{color:#8e8e99;font-size:11px;margin-top:3px}
.at{position:absolute}
section{position:relative;width:100%;height:100%;background:#181b1f;border:1px solid #26292e;border-radius:3px;padding:0 8px;overflow:hidden}
h2{font-size:13px;font-weight:500;height:30px;line-height:30px;white-space:nowrap}
h3{font-size:14px;font-weight:500;line-height:32px;color:#ccccdc}
svg text{fill:#9fa0aa;font-size:11px}svg text.name{fill:#ccccdc}
.none{position:absolute;inset:30px 0 0;display:flex;align-items:center;justify-content:center;color:#8e8e99;font-size:16px}
.stat{position:absolute;inset:26px 0 4px;display:flex;flex-direction:column;align-items:center;justify-content:space-evenly}
.value{text-align:center}.value small{display:block;font-size:13px;color:#9fa0aa}.value b{white-space:nowrap;font-weight:600;line-height:1.1}
.spark{position:absolute;left:8px;bottom:2px}
.bar{display:flex;align-items:center;height:30px;gap:8px}.bar span{width:46%;text-align:right;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}
.bar i{flex:1;height:14px;background:#22252b}.bar u{display:block;height:100%;background:#5794f2}.bar b{width:52px;font-weight:600}
table{width:100%;border-collapse:collapse}th{text-align:left;color:#6e9fff;font-weight:500}th,td{padding:4px 6px;border-bottom:1px solid #26292e;font-size:12px;white-space:nowrap}
`;

/** A panel with the series of each of its queries. */
export interface BoardData {
  readonly panels: readonly { readonly panel: DrawnPanel; readonly series: readonly DrawnSeries[] }[];
  readonly span: readonly [number, number];
}

/** A dashboard as a page, by the grid of its JSON. */
export function drawBoard(title: string, note: string, { panels, span }: BoardData): string {
  const bottom = Math.max(...panels.map(({ panel: { gridPos } }) => gridPos.y + gridPos.h));
  const boxes = panels.map(({ panel, series }) => {
    const { x, y, w, h } = panel.gridPos;
    const width = (w * (WIDTH - 2 * GAP)) / COLUMNS - GAP;
    const height = h * ROW - GAP;
    const place = `left:${GAP + (x * (WIDTH - 2 * GAP)) / COLUMNS + GAP / 2}px;top:${HEAD + y * ROW}px;width:${width}px;height:${height}px`;
    const inside =
      panel.type === 'row'
        ? `<h3>${panel.collapsed === true ? '▸' : '▾'} ${escaped(panel.title)}</h3>`
        : drawPanel(panel, series, { width, height, span });
    return `<div class="at" style="${place}">${inside}</div>`;
  });
  return `<!doctype html><meta charset="utf-8"><style>${style}</style><body style="height:${HEAD + bottom * ROW + GAP}px"><header><h1>${escaped(title)}</h1><p>${escaped(note)}</p></header>${boxes.join('')}</body>`;
}
