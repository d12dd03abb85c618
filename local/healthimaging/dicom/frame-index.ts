import { type ImportWarning, importWarnings } from './import-warning.ts';

/** One frame's place in an instance's stored pixel data, in bytes. */
export interface FrameExtent {
  readonly offset: number;
  readonly length: number;
}

/** One item of encapsulated pixel data (PS3.5 A.4). */
export interface Fragment {
  /** In the stored pixel data, which has the items' values and none of their headers. */
  readonly offset: number;
  readonly length: number;
  /** Whether it begins with the start marker of a JPEG, JPEG-LS or JPEG 2000 code stream. */
  readonly startsCodeStream: boolean;
}

export interface FrameIndex {
  readonly frames: readonly FrameExtent[];
  readonly warnings: readonly ImportWarning[];
}

/**
 * Finds the frames of encapsulated pixel data: by the Basic Offset Table, by one fragment per frame, or by the code
 * streams' start markers.
 * @param offsetTable offsets of the first item of each frame, counted from the first item after the table
 */
export function indexFrames(
  fragments: readonly Fragment[],
  offsetTable: readonly number[],
  numberOfFrames: number,
): FrameIndex {
  const fromTable = offsetTable.length === 0 ? [] : framesByTable(fragments, offsetTable, numberOfFrames);
  const warnings = fromTable === undefined ? [importWarnings.invalidOffsetTable] : [];
  if (fromTable !== undefined && fromTable.length > 0) return { frames: fromTable, warnings };
  if (numberOfFrames === 1) return { frames: [spanOf(fragments)], warnings };
  const starts = fragments.length === numberOfFrames ? fragments : fragments.filter((one) => one.startsCodeStream);
  if (starts.length === numberOfFrames) return { frames: framesFrom(fragments, starts), warnings };
  const warning = starts.length === 0 ? importWarnings.framesExtractionFailure : importWarnings.frameNumberMismatch;
  return { frames: [spanOf(fragments)], warnings: [...warnings, warning] };
}

/** Undefined when the table does not fit the fragments. */
function framesByTable(
  fragments: readonly Fragment[],
  offsetTable: readonly number[],
  numberOfFrames: number,
): readonly FrameExtent[] | undefined {
  if (offsetTable.length !== numberOfFrames || offsetTable[0] !== 0) return undefined;
  const byItemOffset = new Map(fragments.map((fragment, index) => [fragment.offset + index * 8, fragment]));
  const starts = offsetTable.flatMap((offset) => byItemOffset.get(offset) ?? []);
  const ascending = offsetTable.every((offset, index) => index === 0 || offset > (offsetTable[index - 1] ?? 0));
  return ascending && starts.length === offsetTable.length ? framesFrom(fragments, starts) : undefined;
}

function framesFrom(fragments: readonly Fragment[], starts: readonly Fragment[]): FrameExtent[] {
  const whole = spanOf(fragments);
  return starts.map(({ offset }, index) => ({
    offset,
    length: (starts[index + 1]?.offset ?? whole.offset + whole.length) - offset,
  }));
}

function spanOf(fragments: readonly Fragment[]): FrameExtent {
  return { offset: 0, length: fragments.reduce((sum, { length }) => sum + length, 0) };
}
