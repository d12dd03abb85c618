import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { asking, dressed, type PanelText, type Query } from './panel.ts';

export interface GraphText extends PanelText {
  /** Whether series are parts of a whole. */
  readonly isStacked?: boolean;
}

/** The look of every course over time, for whatever data source. */
export function graphBuilder({ steps = [], isStacked = false }: GraphText): PanelBuilder {
  const builder = new PanelBuilder()
    .lineWidth(1)
    .fillOpacity(isStacked ? 50 : 10)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(['lastNotNull', 'max'])
        .sortBy('Max')
        .sortDesc(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (isStacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  if (steps.length > 0) {
    builder.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  }
  return builder;
}

/** The course of each series over time. Thresholds are dashed lines. */
export const graph = (text: GraphText, ...queries: readonly Query[]): PanelBuilder =>
  asking(dressed(graphBuilder(text), { min: 0, ...text }), queries, false);
