import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file that was named, or found below a folder that was. */
export interface FoundFile {
  readonly path: string;
  /** Nobody asked for this file by its name: it may be something else than DICOM. */
  readonly byChance: boolean;
}

/** Every file of these paths, folders with all below them, in the order of their names. Links are followed once named. */
export async function* findFiles(paths: readonly string[]): AsyncGenerator<FoundFile> {
  for (const path of paths) {
    if ((await stat(path)).isDirectory()) yield* filesBelow(path);
    else yield { path, byChance: false };
  }
}

async function* filesBelow(folder: string): AsyncGenerator<FoundFile> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield { path, byChance: true };
  }
}
