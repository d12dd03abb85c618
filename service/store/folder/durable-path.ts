import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** How far a write to the disk is followed: to the medium, or only to the operating system. */
export interface Durability {
  readonly fsync: boolean;
}

/** Makes the names in a folder durable: without it a file that is safe may still lose its name in a power cut. */
export async function syncFolder(folder: string, { fsync }: Durability): Promise<void> {
  if (!fsync) return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder and those above it, each durable in the one above. */
export async function makeFolder(folder: string, durability: Durability): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) {
    await syncFolder(dirname(made), durability);
  }
}
