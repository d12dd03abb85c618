import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { installDebianPackages } from '../support/debian-packages.ts';
import { run } from '../support/run-command.ts';
import { baseImage, makeBaseImage } from './base-image.ts';
import { ContainerEngine } from './container-engine.ts';
import { playChart } from './kube-play.ts';
import { type LaptopPipeline, startLaptopPipeline } from './laptop-pipeline.ts';
import { requireConfined, untilReady } from './running-container.ts';
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
const secondsOf = async (work: () => Promise<unknown>): Promise<string> => {
  const startedAtMs = Date.now();
  await work();
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

async function build(): Promise<void> {
  print('base made in', await secondsOf(() => makeBaseImage(engine, process.execPath)));
  const version = { VERSION: packageJson.version, REVISION: 'test' };
  print('image built in', await secondsOf(() => engine.build(root, join(root, 'Dockerfile'), image, version)));
  const megabytes = async (name: string) =>
    `${(Number(await engine.podman('image', 'inspect', name, '--format', '{{.Size}}')) / 1e6).toFixed(0)} MB`;
  print('size', `${await megabytes(image)}, of which the base is ${await megabytes(baseImage)}`);
  const { shipped, unlisted } = await packagesOf(engine, image);
  print('packages', shipped.length);
  check('every package is in its SBOM', unlisted.length === 0, unlisted);
}

/** Echoes and sends as a modality would, by DCMTK, and by the image's own self-test. */
async function converse(address: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dicom-store-scp-samples-'));
  const peer = ['-aec', 'STORESCP', address, '11112'];
  const echoed = await run('echoscu', peer);
  const sent = await run('storescu', [...peer, ...writeSampleFiles(folder, INSTANCES)]);
  rmSync(folder, { recursive: true });
  check('echoscu and storescu succeed', echoed.code === 0 && sent.code === 0, [echoed, sent]);
  const selfTest = ['--entrypoint', 'node', image, 'service/cli/selftest/main.ts', address, '11112', '--store'];
  print('self-test', await engine.podman('run', '--rm', '--read-only', '--cap-drop', 'all', ...selfTest));
}

/** Stops a container and looks at how it ended, and at the manifests that it says it has sealed. */
async function stop(container: string, instances: number): Promise<void> {
  print('stopped in', await secondsOf(() => engine.podman('stop', '--time', STOP_SECONDS, container)));
  const code = await engine.podman('inspect', container, '--format', '{{.State.ExitCode}}');
  check('exit code 0', code === '0', code);
  const { output } = await engine.tryPodman('logs', container);
  const stored = output
    .split('\n')
    .filter((line) => line.includes('"batch-sealed"'))
    .reduce((files, line) => files + Number(JSON.parse(line).files), 0);
  check(`${instances} instances in sealed manifests`, stored === instances, stored);
}

async function runAlone(): Promise<void> {
  const startedAtMs = Date.now();
  const container = await engine.podman(
    ...['run', '--detach', '--read-only', '--cap-drop', 'all', '--security-opt', 'no-new-privileges'],
    ...['--memory', '512m', '--tmpfs', '/data:mode=0777', '--env', 'SCP_STORE=folder', '--env', 'SCP_FOLDER=/data'],
    ...['--env', 'SCP_BATCH_QUIET_MS=500', image],
  );
  const { address, readyAfterMs } = await untilReady(engine, container, startedAtMs);
  print('ready', `${readyAfterMs} ms after podman run`);
  await requireConfined(engine, container);
  print('confined', 'user 1000, no capabilities, no new privileges, root read-only');
  await converse(address);
  const resident = `/VmRSS:\\s+(.*)/.exec(require('fs').readFileSync('/proc/1/status'))[1]`;
  print('resident', await engine.podman('exec', container, 'node', '-p', resident));
  await stop(container, INSTANCES + 1);
}

/** The chart's way for kind and minikube: pods before the pipeline of this machine. */
async function runChart(laptop: LaptopPipeline): Promise<void> {
  const pod = await playChart(engine, image, laptop);
  print('chart by podman kube play', `ready after ${pod.readyAfterMs} ms, confined likewise`);
  await converse(pod.address);
  const health = await engine.tryPodman('healthcheck', 'run', pod.container);
  check('liveness probe passes', health.isDone, health);
  print('pod of helm test', await pod.test());
  await stop(pod.container, INSTANCES + 2);
  print('imported on the laptop after', await secondsOf(() => laptop.untilImported(INSTANCES + 2)));
  await pod.remove();
}

try {
  await build();
  await runAlone();
  const laptop = await startLaptopPipeline(engine, image);
  await runChart(laptop).finally(laptop.stop);
} finally {
  await engine.tryPodman('pod', 'rm', '--all', '--force');
  await engine.tryPodman('rm', '--all', '--force');
}
process.exit();
