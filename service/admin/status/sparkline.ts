import { slotMs, type ThroughputSlot } from '../../telemetry/throughput.ts';
import { type Html, html } from './html.ts';
import { bytesText, countText } from './quantities.ts';

const WIDTH = 600;
const HEIGHT = 96;
const TOP = 6;

/** The last ten minutes as a picture: megabytes a second as an area, refusals as marks below. */
export function sparkline(slots: readonly ThroughputSlot[]): Html {
  const most = Math.max(1, ...slots.map(({ bytes }) => bytes));
  const step = WIDTH / (slots.length - 1);
  const points = slots.map(({ bytes }, index) => {
    const y = HEIGHT - (bytes / most) * (HEIGHT - TOP);
    return `${(index * step).toFixed(1)},${y.toFixed(1)}`;
  });
  const peak = Math.max(...slots.map(({ bytes }) => bytes)) / (slotMs / 1_000);
  const instances = slots.reduce((sum, slot) => sum + slot.instances, 0);
  const refused = slots.reduce((sum, slot) => sum + slot.refused, 0);
  const said = `In the last 10 minutes ${countText(instances)} instances were stored and ${countText(refused)} refused; at the most ${bytesText(peak)} came in a second.`;
  return html`<figure class="spark">
<svg viewBox="0 0 ${WIDTH} ${HEIGHT + 8}" preserveAspectRatio="none" role="img" aria-label="${said}">
<line class="grid" x1="0" x2="${WIDTH}" y1="${TOP}" y2="${TOP}"/><line class="grid" x1="0" x2="${WIDTH}" y1="${(HEIGHT + TOP) / 2}" y2="${(HEIGHT + TOP) / 2}"/>
<polygon class="area" points="0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}"/>
<polyline class="line" points="${points.join(' ')}"/>
${slots.map(
  (slot, index) =>
    slot.refused > 0 &&
    html`<rect class="refused" x="${(index * step - 2).toFixed(1)}" y="${HEIGHT + 2}" width="4" height="6"/>`,
)}
</svg>
<figcaption>${said}</figcaption>
</figure>`;
}
