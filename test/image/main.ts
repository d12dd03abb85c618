import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { installDebianPackages } from '../support/debian-packages.ts';
import { baseImage, makeBaseImage } from './base-image.ts';
import { ContainerEngine } from './container-engine.ts';
import { playChart } from './kube-play.ts';
import { confined, confinementOf, untilReady } from './running-container.ts';
import { writeSampleFiles } from './sample-files.ts';
import { packagesOf } from './software-bill.ts';

const root = join(import.meta.dirname, '../..');
const INSTANCES = 20;
/** As long as Kubernetes would wait. */
const STOP_SECONDS = '135';
const image = 'localhost/dicom-store-scp:test';

const print = (what: string, value: string | number) => process.stdout.write(`${what.padEnd(34)}${value}\n`);
const check = (what: string, isSo: boolean, found: unknown) => {
  if (!isSo) throw new Error(`not so: ${what}: ${JSON.stringify(found)}`);
  print(what, 'yes');
};
const secondsOf = (work: () => void): string => {
  const startedAtMs = Date.now();
  work();
  return `${((Date.now() - startedAtMs) / 1_000).toFixed(1)} s`;
};

installDebianPackages({
  podman: 'podman',
  buildah: 'buildah',
  runc: 'runc',
  mmdebstrap: 'mmdebstrap',
  catatonit: 'catatonit',
  iptables: 'iptables',
  storescu: 'dcmtk',
});
const engine = new ContainerEngine(join(tmpdir(), 'dicom-store-scp-image'));

function build(): void {
  print('base made in', secondsOf(() => makeBaseImage(engine, process.execPath)));
  const version = { VERSION: packageJson.version, REVISION: 'test' };
  print('image built in', secondsOf(() => engine.build(root, join(root, 'Dockerfile'), image, version)));
  const megabytes = (name: string) =>
    `${(Number(engine.podman('image', 'inspect', name, '--format', '{{.Size}}')) / 1e6).toFixed(0)} MB`;
  print('size', `${megabytes(image)}, of which the base is ${megabytes(baseImage)}`);
  const { shipped, unlisted } = packagesOf(engine, image);
  print('packages', shipped.length);
  check('every package is in its SBOM', unlisted.length === 0, unlisted);
}

/** Echoes and sends as a modality would, by DCMTK, and by the image's own self-test. */
function converse(address: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'dicom-store-scp-samples-'));
  try {
    const peer = ['-aec', 'STORESCP', address, '11112'];
    execFileSync('echoscu', peer);
    execFileSync('storescu', [...peer, ...writeSampleFiles(folder, INSTANCES)]);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const selfTest = ['--entrypoint', 'node', image, 'service/cli/selftest/main.ts', address, '11112', '--store'];
  print('self-test', engine.podman('run', '--rm', '--read-only', '--cap-drop', 'all', ...selfTest));
}

/** Stops a container and looks at how it ended, and at the manifests that it says it has sealed. */
function stop(container: string): void {
  const options = ['--time', STOP_SECONDS, container];
  print('stopped in', secondsOf(() => engine.podman('stop', ...options)));
  const code = engine.podman('inspect', container, '--format', '{{.State.ExitCode}}');
  check('exit code 0', code === '0', code);
  const stored = engine
    .tryPodman('logs', container)
    .output.split('\n')
    .filter((line) => line.includes('"batch-sealed"'))
    .reduce((files, line) => files + Number(JSON.parse(line).files), 0);
  check(`${INSTANCES + 1} instances in sealed manifests`, stored === INSTANCES + 1, stored);
}

async function runAlone(): Promise<void> {
  const startedAtMs = Date.now();
  const container = engine.podman(
    ...['run', '--detach', '--read-only', '--cap-drop', 'all', '--security-opt', 'no-new-privileges'],
    ...['--memory', '512m', '--tmpfs', '/data:mode=0777', '--env', 'SCP_STORE=folder', '--env', 'SCP_FOLDER=/data'],
    ...['--env', 'SCP_BATCH_QUIET_MS=500', image],
  );
  const { address, readyAfterMs } = await untilReady(engine, container, startedAtMs);
  print('ready', `${readyAfterMs} ms after podman run`);
  const found = confinementOf(engine, container);
  check('confined', JSON.stringify(found) === JSON.stringify(confined), found);
  converse(address);
  const resident = `/VmRSS:\\s+(.*)/.exec(require('fs').readFileSync('/proc/1/status'))[1]`;
  print('resident', engine.podman('exec', container, 'node', '-p', resident));
  stop(container);
}

async function runChart(): Promise<void> {
  const pod = await playChart(engine, image);
  print('chart by podman kube play', `ready after ${pod.readyAfterMs} ms`);
  converse(pod.address);
  const health = engine.tryPodman('healthcheck', 'run', pod.container);
  check('liveness probe passes', health.code === 0, health);
  stop(pod.container);
  pod.remove();
}

try {
  build();
  await runAlone();
  await runChart();
} finally {
  engine.tryPodman('pod', 'rm', '--all', '--force');
  engine.tryPodman('rm', '--all', '--force');
}
