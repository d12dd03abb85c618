const WIDTH = 120;

/** JSON as the repository's formatter has it: lists on one line where they fit. */
export const prettyJson = (value: unknown): string => `${member(value, 0, 0)}\n`;

function member(value: unknown, depth: number, before: number): string {
  if (Array.isArray(value) && value.length > 0) return list(value, depth, before);
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return JSON.stringify(value);
  const inner = '  '.repeat(depth + 1);
  const lines = Object.entries(value).map(([key, item]) => {
    const head = `${inner}${JSON.stringify(key)}: `;
    return head + member(item, depth + 1, head.length);
  });
  return `{\n${lines.join(',\n')}\n${'  '.repeat(depth)}}`;
}

function list(items: readonly unknown[], depth: number, before: number): string {
  const line = `[${items.map((item) => JSON.stringify(item)).join(', ')}]`;
  if (items.every((item) => typeof item !== 'object' || item === null) && before + line.length < WIDTH) return line;
  const inner = '  '.repeat(depth + 1);
  return `[\n${items.map((item) => inner + member(item, depth + 1, inner.length)).join(',\n')}\n${'  '.repeat(depth)}]`;
}
