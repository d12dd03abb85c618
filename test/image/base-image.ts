import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { ContainerEngine } from './container-engine.ts';

/** What the Dockerfile begins with, so that it is built as it is. */
export const baseImage = 'docker.io/library/node:24-bookworm-slim';

/**
 * Makes the base image from Debian's packages and the Node and npm of this machine, where no registry can be reached.
 * It has what the one of that name has: Debian without recommends, node, npm, and the user 1000.
 */
export async function makeBaseImage(engine: ContainerEngine, node: string): Promise<void> {
  if ((await engine.tryPodman('image', 'exists', baseImage)).isDone) return;
  const rootfs = join(engine.folder, 'debian.tar');
  if (!existsSync(rootfs)) {
    const partial = join(engine.folder, 'partial.tar');
    execFileSync('mmdebstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', partial], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    renameSync(partial, rootfs);
  }
  const context = mkdtempSync(join(engine.folder, 'base-'));
  try {
    copyFileSync(rootfs, join(context, 'debian.tar'));
    copyFileSync(node, join(context, 'node'));
    const npmCli = realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim());
    cpSync(dirname(dirname(npmCli)), join(context, 'npm'), { recursive: true, dereference: true });
    mkdirSync(join(context, 'certificates'));
    // Where a proxy signs for the registry of packages, the build must trust it as this machine does.
    const authorities = process.env.NODE_EXTRA_CA_CERTS;
    if (authorities) copyFileSync(authorities, join(context, 'certificates/extra.pem'));
    const trust = authorities ? 'ENV NODE_EXTRA_CA_CERTS=/usr/local/share/certificates/extra.pem\n' : '';
    writeFileSync(
      join(context, 'Dockerfile'),
      `FROM scratch
ADD debian.tar /
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY certificates /usr/local/share/certificates
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && groupadd -g 1000 node && useradd -u 1000 -g node -m node
${trust}CMD ["node"]
`,
    );
    await engine.build(context, join(context, 'Dockerfile'), baseImage);
  } finally {
    rmSync(context, { recursive: true });
  }
}
