import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/**
 * CycloneDX of what the image ships, from the lock file alone, in the way of the Dockerfile: `npm sbom --omit dev` leaves
 * out what development needs, too.
 */
export function softwareBill(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dicom-store-scp-sbom-'));
  try {
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      copyFileSync(join(root, file), join(folder, file));
    const npm = (...args: readonly string[]) => execFileSync('npm', args, { cwd: folder, encoding: 'utf8' });
    npm('pkg', 'delete', 'devDependencies', 'optionalDependencies');
    npm('install', '--package-lock-only', '--ignore-scripts', '--offline', '--silent');
    return npm('sbom', '--package-lock-only', '--sbom-format', 'cyclonedx');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) process.stdout.write(softwareBill());
