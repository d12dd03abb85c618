import { spawnSync } from 'node:child_process';

const isThere = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

/**
 * Installs the Debian packages whose commands are not there. `packages` names a package by a command that it brings.
 * @throws Error naming what is still absent
 */
export function installDebianPackages(packages: Readonly<Record<string, string>>): void {
  const missing = Object.entries(packages).filter(([command]) => !isThere(command));
  if (missing.length === 0) return;
  const names = missing.map(([, name]) => name);
  process.stderr.write(`Installing ${names.join(', ')} from Debian\n`);
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '--non-interactive'];
  for (const step of [
    ['apt-get', 'update', '--quiet=2'],
    ['apt-get', 'install', '--yes', '--quiet=2', '--no-install-recommends', ...names],
  ]) {
    const [command = '', ...args] = [...asRoot, ...step];
    spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  const absent = missing.filter(([command]) => !isThere(command)).map(([, name]) => name);
  if (absent.length > 0) throw new Error(`These Debian packages are needed: ${absent.join(', ')}`);
}
