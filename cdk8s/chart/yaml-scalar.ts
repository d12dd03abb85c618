/** Safe without quotes: cannot be taken for anything but text. */
const plainText = /^(?!(?:true|false|yes|no|on|off|null|y|n|~)$)[A-Za-z_/][A-Za-z0-9_./-]*$/i;
const wholeExpression = /^\{\{ ((?:(?!\}\}).)+) \}\}$/;
const expressions = /\{\{.*?\}\}/g;

/** A scalar of YAML. Texts with expressions of a template in them keep those. */
export function yamlScalar(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  const whole = wholeExpression.exec(value)?.[1];
  if (whole !== undefined) return `{{ ${whole} | quote }}`;
  if (!value.includes('{{')) return plainText.test(value) ? value : JSON.stringify(value);
  const between = value.replaceAll(expressions, '');
  if (plainText.test(between.replace(/^-/, ''))) return value;
  return between.includes('"') ? `'${value}'` : `"${value}"`;
}
