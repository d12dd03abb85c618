/** Size and depth of a monochrome frame. */
export interface FrameShape {
  readonly rows: number;
  readonly columns: number;
  readonly bytesPerPixel: 1 | 2;
  /** Brightest stored value. */
  readonly maxValue: number;
}

const maxStripBytes = 256 * 1024;

/** Bytes of one frame of this shape. */
export function frameBytes(shape: FrameShape): number {
  return shape.rows * shape.columns * shape.bytesPerPixel;
}

/**
 * One frame, little endian, as strips of whole rows: a ball of full brightness before a gradient that brightens to the
 * right. `phase` in 0..1 is how far one has scrolled through the ball: its disc grows to the middle and shrinks again.
 */
export function* frameStrips(shape: FrameShape, phase: number): Generator<Uint8Array> {
  const { rows, columns } = shape;
  const gradientRow = pixels(shape, columns);
  for (let column = 0; column < columns; column++) {
    gradientRow[column] = Math.floor(((column / columns) * shape.maxValue) / 2);
  }
  const ballRadius = 0.4 * Math.min(rows, columns);
  const discRadius = ballRadius * Math.sin(Math.PI * phase);
  const rowsPerStrip = Math.max(1, Math.floor(maxStripBytes / (columns * shape.bytesPerPixel)));
  for (let firstRow = 0; firstRow < rows; firstRow += rowsPerStrip) {
    const stripRows = Math.min(rowsPerStrip, rows - firstRow);
    const strip = pixels(shape, stripRows * columns);
    for (let row = 0; row < stripRows; row++) {
      const start = row * columns;
      strip.set(gradientRow, start);
      const fromCentre = firstRow + row + 0.5 - rows / 2;
      const halfChord = Math.sqrt(Math.max(0, discRadius ** 2 - fromCentre ** 2));
      strip.fill(
        shape.maxValue,
        start + Math.round(columns / 2 - halfChord),
        start + Math.round(columns / 2 + halfChord),
      );
    }
    yield new Uint8Array(strip.buffer);
  }
}

// Typed arrays have the machine's byte order, which is little endian on x64 and arm64.
function pixels(shape: FrameShape, count: number): Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> {
  return shape.bytesPerPixel === 1 ? new Uint8Array(count) : new Uint16Array(count);
}
