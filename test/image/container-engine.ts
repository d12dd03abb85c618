import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

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

  /** Runs podman; answers what it prints. */
  podman(...args: readonly string[]): Promise<string> {
    return this.#run('podman', args);
  }

  /** The same where it may fail; answers all that it prints. */
  async tryPodman(...args: readonly string[]): Promise<{ readonly isDone: boolean; readonly output: string }> {
    const done = await execute('podman', args, this.#options).then(
      (printed) => ({ isDone: true, ...printed }),
      (error) => ({ isDone: false, stdout: String(error.stdout), stderr: String(error.stderr) }),
    );
    return { isDone: done.isDone, output: `${done.stdout}${done.stderr}`.trim() };
  }

  /** Builds a Dockerfile. Bases must be there. */
  async build(context: string, dockerfile: string, tag: string, args: Readonly<Record<string, string>> = {}) {
    const buildArgs = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
    const policy = ['--signature-policy', join(this.folder, 'policy.json')];
    const options = ['--isolation', 'chroot', '--pull=never', '--layers', '--format', 'docker', ...policy];
    await this.#run('buildah', ['bud', ...options, ...buildArgs, '-f', dockerfile, '-t', tag, context]);
  }

  async #run(command: string, args: readonly string[]): Promise<string> {
    const { stdout } = await execute(command, args, this.#options);
    return stdout.trim();
  }

  get #options() {
    return {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      env: {
        ...process.env,
        CONTAINERS_CONF: join(this.folder, 'containers.conf'),
        CONTAINERS_STORAGE_CONF: join(this.folder, 'storage.conf'),
        CONTAINERS_REGISTRIES_CONF: join(this.folder, 'registries.conf'),
      },
    } as const;
  }
}
