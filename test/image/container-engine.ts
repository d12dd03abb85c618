import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Settings that let podman and buildah run as root in a machine that is a container or a small VM itself. */
const files = {
  'containers.conf': `[containers]
default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`,
  'registries.conf': 'unqualified-search-registries = ["docker.io"]\nshort-name-mode = "permissive"\n',
  'policy.json': '{"default": [{"type": "insecureAcceptAnything"}]}\n',
} as const;

/** podman and buildah with a storage and settings of their own; nothing is pulled from a registry. */
export class ContainerEngine {
  readonly folder: string;

  /** @param folder images and containers are kept in it */
  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const storage = `[storage]\ndriver = "overlay"\nrunroot = "${folder}/run"\ngraphroot = "${folder}/graph"\n`;
    writeFileSync(join(folder, 'storage.conf'), storage);
  }

  get #environment() {
    return {
      ...process.env,
      CONTAINERS_CONF: join(this.folder, 'containers.conf'),
      CONTAINERS_STORAGE_CONF: join(this.folder, 'storage.conf'),
      CONTAINERS_REGISTRIES_CONF: join(this.folder, 'registries.conf'),
    };
  }

  /** Runs podman; answers what it prints. */
  podman(...args: readonly string[]): string {
    return this.#run('podman', args);
  }

  /** The same where it may fail. */
  tryPodman(...args: readonly string[]): { readonly code: number | null; readonly output: string } {
    const { status, stdout, stderr } = spawnSync('podman', args, { encoding: 'utf8', env: this.#environment });
    return { code: status, output: `${stdout}${stderr}`.trim() };
  }

  buildah(...args: readonly string[]): string {
    return this.#run('buildah', args);
  }

  /** Builds a Dockerfile. Bases must be there. */
  build(context: string, dockerfile: string, tag: string, args: Readonly<Record<string, string>> = {}): void {
    const buildArgs = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
    const policy = ['--signature-policy', join(this.folder, 'policy.json')];
    const options = ['--isolation', 'chroot', '--pull=never', '--format', 'docker', ...policy];
    this.buildah('bud', ...options, ...buildArgs, '-f', dockerfile, '-t', tag, context);
  }

  #run(command: string, args: readonly string[]): string {
    return execFileSync(command, args, {
      encoding: 'utf8',
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 64 * 1024 * 1024,
    }).trim();
  }
}
