import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DashboardLinkBuilder, Panel, ThresholdsConfigBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { prometheusQuery } from './queries.ts';
import { colouredSteps, type Step } from './steps.ts';
import { variable } from './variable.ts';

export interface Query {
  readonly expr: string;
  readonly legend: string;
}

/** What every panel says of itself. */
export interface PanelText {
  readonly title: string;
  /** What it shows, and what to think of it. */
  readonly description: string;
  /** A unit of Grafana. */
  readonly unit: string;
  /** Of 24 columns. */
  readonly width: number;
  readonly height: number;
  /** Where the value changes its colour: the number of the alert. */
  readonly steps?: readonly Step[];
  readonly links?: readonly DashboardLinkBuilder[];
  readonly min?: number;
  readonly max?: number;
  readonly decimals?: number;
  /** What stands there while there are no data. */
  readonly noValue?: string;
}

interface AnyPanelBuilder extends Builder<Panel> {
  title(title: string): this;
  description(description: string): this;
  unit(unit: string): this;
  span(width: number): this;
  height(height: number): this;
  datasource(ref: { readonly type: string; readonly uid: string }): this;
  thresholds(thresholds: ThresholdsConfigBuilder): this;
  min(min: number): this;
  max(max: number): this;
  decimals(decimals: number): this;
  noValue(text: string): this;
  links(links: DashboardLinkBuilder[]): this;
  withTarget(target: Builder<Dataquery>): this;
}

/** Where Prometheus' panels take their data from: chosen in the dashboard. */
export const prometheusSource = { type: 'prometheus', uid: variable('datasource') } as const;

/** Puts on a panel what every panel has. */
export function dressed<T extends AnyPanelBuilder>(
  builder: T,
  text: PanelText,
  source: { readonly type: string; readonly uid: string } = prometheusSource,
): T {
  const { title, description, unit, width, height, steps = [], links = [], min, max, decimals, noValue } = text;
  builder
    .title(title)
    .description(description)
    .unit(unit)
    .span(width)
    .height(height)
    .datasource(source)
    .thresholds(colouredSteps(steps));
  if (min !== undefined) builder.min(min);
  if (max !== undefined) builder.max(max);
  if (decimals !== undefined) builder.decimals(decimals);
  if (noValue !== undefined) builder.noValue(noValue);
  if (links.length > 0) builder.links([...links]);
  return builder;
}

/** Gives a panel its queries, each named by a letter. */
export function asking<T extends AnyPanelBuilder>(builder: T, queries: readonly Query[], isInstant: boolean): T {
  for (const [index, query] of queries.entries()) {
    builder.withTarget(prometheusQuery(query, String.fromCharCode(65 + index), isInstant));
  }
  return builder;
}
