import type { Raster } from './png.ts';

const GAP = 4;

/** Pictures of one size side by side, on black. */
export function contactSheet(rasters: readonly Raster[], columns: number): Raster | undefined {
  const [first] = rasters;
  if (first === undefined) return undefined;
  const { width, height, samples } = first;
  const across = Math.min(columns, rasters.length);
  const down = Math.ceil(rasters.length / across);
  const sheet = { width: across * (width + GAP) - GAP, height: down * (height + GAP) - GAP };
  const pixels = new Uint8Array(sheet.width * sheet.height * samples);
  for (const [index, raster] of rasters.entries()) {
    const left = (index % across) * (width + GAP);
    const top = Math.floor(index / across) * (height + GAP);
    for (let row = 0; row < height; row++) {
      const line = raster.pixels.subarray(row * width * samples, (row + 1) * width * samples);
      pixels.set(line, ((top + row) * sheet.width + left) * samples);
    }
  }
  return { ...sheet, samples, pixels };
}
