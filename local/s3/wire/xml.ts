/** The children of an element, in order. Nothing stands for an absent one. */
export type XmlFields = readonly (readonly [name: string, value: XmlValue])[];
export type XmlValue = string | number | boolean | undefined | XmlFields;

/** An XML document with one root element. */
export function xmlDocument(
  root: string,
  fields: XmlFields,
  xmlns = 'http://s3.amazonaws.com/doc/2006-03-01/',
): string {
  const namespace = xmlns === '' ? '' : ` xmlns="${xmlns}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${fields.map(element).join('')}</${root}>`;
}

function element([name, value]: XmlFields[number]): string {
  if (value === undefined) return '';
  const content = typeof value === 'object' ? value.map(element).join('') : escapeText(String(value));
  return `<${name}>${content}</${name}>`;
}

// Control characters cannot stand in XML 1.0 at all; S3 writes them as references all the same.
function escapeText(text: string): string {
  return text.replace(/[&<>"]|\p{Cc}/gu, (c) => named[c] ?? `&#x${c.charCodeAt(0).toString(16)};`);
}

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
