import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { systemClock, systemSchedule } from '../../core/system-clock.ts';
import { startS3 } from '../../local/s3/start-s3.ts';
import { chart, helm } from '../cdk8s/helm.ts';
import type { ContainerEngine } from './container-engine.ts';
import { requireConfined, type Started, untilReady } from './running-container.ts';

const NETWORK = 'dicom-store-scp-test';
const bucket = 'landing';

/**
 * The chart as it is, but for probes that this podman can run: it would call curl, which the image has not, and hands
 * commands to a shell, for which the script is quoted.
 */
function values(image: string, endpointUrl: string): object {
  const [repository = '', tag = ''] = image.split(':');
  const probe = (path: string) => {
    const fetched = `"fetch('http://127.0.0.1:8080${path}').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"`;
    return { exec: { command: ['node', '-e', fetched] }, periodSeconds: 2, timeoutSeconds: 5 };
  };
  return {
    replicaCount: 1,
    fullnameOverride: 'scp',
    image: { repository, tag, pullPolicy: 'Never' },
    aws: { region: 'us-east-1', endpointUrl },
    settings: { bucket, batchQuietMs: 500, s3PathStyle: true },
    resources: { limits: { memory: '512Mi' } },
    livenessProbe: probe('/livez'),
    readinessProbe: probe('/readyz'),
    extraEnv: [
      { name: 'AWS_ACCESS_KEY_ID', value: 'test' },
      { name: 'AWS_SECRET_ACCESS_KEY', value: 'test' },
    ],
  };
}

export interface PlayedPod extends Started {
  readonly container: string;
  readonly remove: () => Promise<void>;
}

/** Runs the pod of the chart's Deployment, as helm renders it, over an S3 server of this process. */
export async function playChart(engine: ContainerEngine, image: string): Promise<PlayedPod> {
  await engine.tryPodman('network', 'create', NETWORK);
  const gateway = await engine.podman('network', 'inspect', NETWORK, '--format', '{{(index .Subnets 0).Gateway}}');
  const s3 = await startS3({
    root: join(engine.folder, `s3-${randomUUID()}`),
    port: 0,
    credentials: 'any',
    region: 'us-east-1',
    buckets: [bucket],
    clock: systemClock,
    schedule: systemSchedule,
    newId: randomUUID,
  });
  const given = join(engine.folder, 'values.json');
  writeFileSync(given, JSON.stringify(values(image, `http://${gateway}:${s3.port}`)));
  const { stdout } = helm('template', 'scp', chart, '--values', given, '--no-hooks');
  const manifests = join(engine.folder, 'manifests.yaml');
  writeFileSync(manifests, stdout);

  const startedAtMs = Date.now();
  await engine.podman('kube', 'play', '--network', NETWORK, manifests);
  const relay = await relayTo(s3.port, gateway);
  const container = await engine.podman('ps', '--filter', 'name=dicom-store-scp$', '--format', '{{.Names}}');
  const pod = await engine.podman('inspect', container, '--format', '{{.Pod}}');
  const infra = await engine.podman('pod', 'inspect', pod, '--format', '{{.InfraContainerID}}');
  const started = await untilReady(engine, infra, startedAtMs);
  await requireConfined(engine, container);
  const remove = async () => {
    await engine.podman('kube', 'down', manifests);
    relay.close();
    await s3.close();
  };
  return { ...started, container, remove };
}

/** The pods' network has its gateway on this machine once a pod is in it; the S3 server is on loopback. */
async function relayTo(port: number, host: string) {
  const server = createServer((socket) => {
    const onward = connect(port, '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on('error', () => end.destroy());
  });
  await once(server.listen(port, host), 'listening');
  return server;
}
