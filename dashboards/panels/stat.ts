import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { asking, dressed, type PanelText, type Query } from './panel.ts';

export interface StatText extends PanelText {
  /** Colours the whole panel, to be read from across a room. */
  readonly isLoud?: boolean;
  /** Draws the course of the value behind it. */
  readonly hasGraph?: boolean;
}

/** One number for each series: the last one. */
export function stat(text: StatText, ...queries: readonly Query[]): PanelBuilder {
  const { isLoud = false, hasGraph = false } = text;
  const builder = new PanelBuilder()
    .colorMode(isLoud ? BigValueColorMode.Background : BigValueColorMode.Value)
    .graphMode(hasGraph ? BigValueGraphMode.Area : BigValueGraphMode.None)
    .textMode(queries.length > 1 ? BigValueTextMode.ValueAndName : BigValueTextMode.Value)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']));
  return asking(dressed(builder, text), queries, false);
}
