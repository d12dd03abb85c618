import { PanelBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeSizing,
  ReduceDataOptionsBuilder,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import { asking, dressed, type PanelText, type Query } from './panel.ts';

/** A bar for each series, the last value of each. */
export function bars(text: PanelText, ...queries: readonly Query[]): PanelBuilder {
  const builder = new PanelBuilder()
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .namePlacement(BarGaugeNamePlacement.Left)
    .sizing(BarGaugeSizing.Manual)
    .minVizHeight(16)
    .maxVizHeight(32)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']));
  return asking(dressed(builder, { min: 0, ...text }), queries, false);
}
