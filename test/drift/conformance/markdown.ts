/** A table of Markdown. A bar within a cell is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A status or tag of 16 bits, as the standard writes it: `A700`. */
export const hex16 = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');

/** A tag as the standard writes it: `(0008,0018)`. */
export const tagText = (tag: number): string => `(${hex16(tag >>> 16)},${hex16(tag & 0xffff)})`;

/** Milliseconds in the largest unit that leaves no fraction. */
export function durationText(ms: number): string {
  if (ms % 60_000 === 0) return `${ms / 60_000} min`;
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}
