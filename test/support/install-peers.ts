import { spawnSync } from 'node:child_process';

/** Debian packages that hold the real peers and judges of the tests, by a command of each. */
const packages: Readonly<Record<string, string>> = {
  storescu: 'dcmtk',
  dciodvfy: 'dicom3tools',
};

const isThere = (command: string) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

const missing = Object.entries(packages).filter(([command]) => !isThere(command));
if (missing.length > 0) {
  const names = missing.map(([, name]) => name);
  process.stdout.write(`Installing ${names.join(', ')} from Debian\n`);
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '--non-interactive'];
  for (const step of [
    ['apt-get', 'update', '--quiet=2'],
    ['apt-get', 'install', '--yes', '--quiet=2', '--no-install-recommends', ...names],
  ]) {
    const [command = '', ...args] = [...asRoot, ...step];
    spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  const absent = missing.filter(([command]) => !isThere(command)).map(([, name]) => name);
  if (absent.length > 0) {
    process.stderr.write(`The tests need these Debian packages: ${absent.join(', ')}\n`);
    process.exit(1);
  }
}
