import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chart, helm } from '../cdk8s/helm.ts';
import type { ContainerEngine } from './container-engine.ts';
import type { LaptopPipeline } from './laptop-pipeline.ts';
import { requireConfined, type Started, untilReady } from './running-container.ts';

const RELEASE = 'scp';
const DICOM_PORT = 11_112;

/**
 * The values for kind and minikube, but for what podman cannot do: it would have curl probe, which the image has not, and
 * hands commands to a shell, for which the script is quoted; and it has no Services, so that the pod of the test goes to
 * the port of the pod.
 */
function overrides(image: string, endpointUrl: string): object {
  const [repository = '', tag = ''] = image.split(':');
  const probe = (path: string) => {
    const fetched = `"fetch('http://127.0.0.1:8080${path}').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"`;
    return { exec: { command: ['node', '-e', fetched] }, periodSeconds: 2, timeoutSeconds: 5 };
  };
  return {
    fullnameOverride: RELEASE,
    image: { repository, tag },
    aws: { endpointUrl },
    service: { port: DICOM_PORT },
    livenessProbe: probe('/livez'),
    readinessProbe: probe('/readyz'),
  };
}

export interface PlayedPod extends Started {
  readonly container: string;
  /** Runs the pod of `helm test` to its end; answers what it said. */
  readonly test: () => Promise<string>;
  readonly remove: () => Promise<void>;
}

/** Runs the pod of the chart's Deployment, as helm renders it for a laptop, before the pipeline of that laptop. */
export async function playChart(engine: ContainerEngine, image: string, laptop: LaptopPipeline): Promise<PlayedPod> {
  const given = join(engine.folder, 'values.json');
  writeFileSync(given, JSON.stringify(overrides(image, laptop.endpoint)));
  const values = ['--values', join(chart, 'ci/local-pipeline-values.yaml'), '--values', given];
  const render = (...more: readonly string[]) => {
    const { code, stdout, stderr } = helm('template', RELEASE, chart, ...values, ...more);
    if (code !== 0) throw new Error(stderr);
    return stdout;
  };
  const manifests = join(engine.folder, 'manifests.yaml');
  writeFileSync(manifests, render('--no-hooks'));

  const startedAtMs = Date.now();
  await engine.podman('kube', 'play', '--network', laptop.network, manifests);
  const container = await engine.podman('ps', '--filter', 'name=dicom-store-scp$', '--format', '{{.Names}}');
  const pod = await engine.podman('inspect', container, '--format', '{{.Pod}}');
  const infra = await engine.podman('pod', 'inspect', pod, '--format', '{{.InfraContainerID}}');
  const started = await untilReady(engine, infra, startedAtMs);
  await requireConfined(engine, container);

  const test = async () => {
    const hook = render('--show-only', 'templates/tests/selftest.yaml');
    const aliases = `  hostAliases:\n    - ip: ${started.address}\n      hostnames: [${RELEASE}]\n`;
    const file = join(engine.folder, 'selftest.yaml');
    writeFileSync(file, hook.replace('spec:\n', `spec:\n${aliases}`));
    await engine.podman('kube', 'play', '--network', laptop.network, file);
    const name = await engine.podman('ps', '--all', '--filter', 'name=selftest$', '--format', '{{.Names}}');
    const code = await engine.podman('wait', name);
    const { output } = await engine.tryPodman('logs', name);
    await engine.podman('kube', 'down', file);
    if (code !== '0') throw new Error(`the pod of helm test ended with ${code}: ${output}`);
    return output;
  };
  const remove = async () => {
    await engine.podman('kube', 'down', manifests);
  };
  return { ...started, container, test, remove };
}
