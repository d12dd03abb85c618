import { alertNames } from '../rules/rule-groups.ts';
import type { Thresholds } from '../thresholds.ts';

/** How many alerts of this product fire, by these labels. */
export const firing = (thresholds: Thresholds, labels: string): string =>
  `count by (${labels}) (ALERTS{alertstate="firing", alertname=~"${alertNames(thresholds).join('|')}"})`;
