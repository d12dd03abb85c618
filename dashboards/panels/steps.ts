import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';

export type Colour = 'green' | 'yellow' | 'orange' | 'red' | 'blue' | 'text';

/** From `from` on the value has this colour. */
export interface Step {
  readonly from: number;
  readonly colour: Colour;
}

/** What is good until it reaches a number. */
export const badFrom = (from: number, colour: Colour = 'red'): readonly Step[] => [{ from, colour }];

/** Thresholds of Grafana. Below the first step is green, or without steps no judgement. */
export function colouredSteps(steps: readonly Step[]): ThresholdsConfigBuilder {
  const base: { readonly value: number | null; readonly color: string } = {
    value: null,
    color: steps.length === 0 ? 'text' : 'green',
  };
  const above = steps
    .filter(({ from }) => Number.isFinite(from))
    .map(({ from, colour }) => ({ value: from, color: colour }));
  const first = steps.find(({ from }) => from === Number.NEGATIVE_INFINITY);
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([first === undefined ? base : { value: null, color: first.colour }, ...above]);
}
