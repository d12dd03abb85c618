/** Attributes as HealthImaging's metadata has them: by keyword, or by tag (8 hex digits) when there is no keyword. */
export interface Attributes {
  readonly [keywordOrTag: string]: AttributeValue;
}

export type AttributeValue = null | string | number | readonly (string | number)[] | readonly Attributes[];

/** The first value of an attribute as text without padding; '' when it is absent or empty. */
export function textOf(attributes: Attributes, keyword: string): string {
  const value = attributes[keyword];
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' || typeof first === 'number' ? String(first).trim() : '';
}

/** The first value of an attribute as a number; undefined when it is absent or is none. */
export function numberOf(attributes: Attributes, keyword: string): number | undefined {
  const text = textOf(attributes, keyword);
  const value = Number(text);
  return text === '' || !Number.isFinite(value) ? undefined : value;
}
