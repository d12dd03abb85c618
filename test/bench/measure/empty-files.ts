import { execFile } from 'node:child_process';
import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Takes the space of every file below a folder, and leaves the file. ext4 does not use the inode of a deleted file again
 * for some seconds and searches past all of them for each new file: deleting what one receiver wrote would slow the
 * next one down. What the file system has yet to write for it is written before this resolves, or it would be written
 * while the next one runs.
 */
export async function emptyFiles(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) if (entry.isFile()) await truncate(join(entry.parentPath, entry.name));
  await run('sync');
}
