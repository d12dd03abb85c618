/** Markup that is safe to send: made by `html` alone. */
export class Html {
  readonly #text: string;

  constructor(parts: TemplateStringsArray, values: readonly HtmlValue[]) {
    this.#text = parts.reduce((text, part, index) => text + textOf(values[index - 1]) + part);
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template. Text is escaped; nothing is written for false and undefined. */
export type HtmlValue = string | number | Html | false | undefined | readonly HtmlValue[];

/** Markup from a template, in which every value is escaped that is not markup itself. */
export const html = (parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html => new Html(parts, values);

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Safe between tags and between the quotes of an attribute. */
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"'`]/g, (character) => entities[character] ?? '');

function textOf(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'object') return value.map(textOf).join('');
  return escapeHtml(String(value));
}
