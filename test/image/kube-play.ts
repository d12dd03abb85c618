import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layerBinary } from '../support/layer-binary.ts';
import type { ContainerEngine } from './container-engine.ts';
import { confined, confinementOf, type Started, untilReady } from './running-container.ts';

const chart = join(import.meta.dirname, '../../charts/dicom-store-scp');

/** A folder that the image's user owns: this podman gives volumes to root, whatever `fsGroup` says. */
const FOLDER = '/home/node';

/** The chart as it is, but for a store that needs no S3, and probes that podman can run: it would call curl. */
function values(image: string): string {
  const [repository = '', tag = ''] = image.split(':');
  const probe = (path: string) => ({
    exec: {
      command: ['node', '-e', `fetch('http://127.0.0.1:8080${path}').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))`],
    },
    periodSeconds: 2,
    timeoutSeconds: 5,
  });
  return JSON.stringify({
    replicaCount: 1,
    image: { repository, tag, pullPolicy: 'Never' },
    settings: { bucket: 'not-used', batchQuietMs: 500 },
    resources: { limits: { memory: '512Mi' } },
    startupProbe: probe('/livez'),
    livenessProbe: probe('/livez'),
    readinessProbe: probe('/readyz'),
    extraEnv: [
      { name: 'SCP_STORE', value: 'folder' },
      { name: 'SCP_FOLDER', value: FOLDER },
    ],
    extraVolumes: [{ name: 'folder', emptyDir: {} }],
    extraVolumeMounts: [{ name: 'folder', mountPath: FOLDER }],
  });
}

export interface PlayedPod extends Started {
  readonly container: string;
  readonly remove: () => void;
}

/** Runs the pod of the chart's Deployment, as helm renders it. */
export async function playChart(engine: ContainerEngine, image: string): Promise<PlayedPod> {
  const file = join(engine.folder, 'values.json');
  writeFileSync(file, values(image));
  const manifests = join(engine.folder, 'manifests.yaml');
  const template = ['template', 'scp', chart, '--values', file, '--no-hooks', '--set', 'fullnameOverride=scp'];
  writeFileSync(manifests, execFileSync(layerBinary('helm'), template, { encoding: 'utf8' }));
  const startedAtMs = Date.now();
  engine.podman('kube', 'play', manifests);
  const remove = () => {
    engine.podman('kube', 'down', manifests);
  };
  const container = engine.podman('ps', '--filter', 'name=dicom-store-scp$', '--format', '{{.Names}}');
  const infra = engine.podman('inspect', container, '--format', '{{.Pod}}');
  const address = engine.podman('pod', 'inspect', infra, '--format', '{{.InfraContainerID}}');
  const { address: ip, readyAfterMs } = await untilReady(engine, address, startedAtMs);
  const found = confinementOf(engine, container);
  if (JSON.stringify(found) !== JSON.stringify(confined)) throw new Error(`not confined: ${JSON.stringify(found)}`);
  return { container, address: ip, readyAfterMs, remove };
}
