import { type Html, html } from './html.ts';

/** A limit, and how much of it is used. */
export interface Quota {
  readonly name: string;
  readonly used: number;
  readonly limit: number;
  /** Both, for people. */
  readonly text: string;
}

const HIGH = 0.75;

/** Each limit as a bar with its numbers. */
export function quotas(limits: readonly Quota[]): Html {
  return html`<ul class="quotas">${limits.map(({ name, used, limit, text }, index) => {
    const id = `quota-${index}`;
    return html`<li><label for="${id}">${name}</label><meter id="${id}" min="0" max="${limit}" high="${limit * HIGH}" optimum="0" value="${Math.min(used, limit)}">${text}</meter><span>${text}</span></li>`;
  })}</ul>`;
}
