import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { startEdition } from '../../local/edition.ts';
import { layerBinary } from '../support/layer-binary.ts';
import type { ContainerEngine } from './container-engine.ts';

const NETWORK = 'dicom-store-scp-test';
const SECRET = 'dicom-store-scp-local';

const secretSchema = z.object({ data: z.record(z.string(), z.string()) });

/** What `npm start -- --s3-host … --s3-port …` is to a cluster on the same machine. */
export interface LaptopPipeline {
  /** The network that pods are on; this machine is its gateway. */
  readonly network: string;
  /** Of the object store, as pods reach it. */
  readonly endpoint: string;
  /** Resolves when so many instances have been imported; rejects when a batch fails. */
  readonly untilImported: (instances: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts the local edition with a door on the network of the pods, and makes the Secret of its credentials. */
export async function startLaptopPipeline(engine: ContainerEngine, image: string): Promise<LaptopPipeline> {
  await engine.tryPodman('network', 'create', NETWORK);
  const gateway = await engine.podman('network', 'inspect', NETWORK, '--format', '{{(index .Subnets 0).Gateway}}');
  // The network has its gateway on this machine as long as a container is in it.
  const idle = ['--entrypoint', 'node', image, '-e', 'setInterval(() => {}, 60_000)'];
  await engine.podman('run', '--detach', '--network', NETWORK, ...idle);

  const dataFolder = await mkdtemp(join(engine.folder, 'edition-'));
  let imported = 0;
  let failed: string | undefined;
  let wake = () => {};
  const edition = await startEdition({
    dataFolder,
    dicomPort: 0,
    adminPort: 0,
    environment: {},
    s3Door: { host: gateway, port: 0 },
    onServiceLog: () => undefined,
    onProgress: (progress) => {
      if (progress.type !== 'ended') return;
      imported += progress.batch.imported ?? 0;
      if (progress.batch.status !== 'completed') failed = JSON.stringify(progress.batch);
      wake();
    },
    onFunctionLog: () => undefined,
  });
  if (edition.s3Door === undefined) throw new Error('the edition has no door for pods');
  const { endpoint, credentialsFile } = edition.s3Door;
  const given = ['create', 'secret', 'generic', SECRET, `--from-env-file=${credentialsFile}`];
  const asManifest = ['--dry-run=client', '--output=yaml'];
  const { stdout } = await promisify(execFile)(layerBinary('kubectl'), [...given, ...asManifest]);
  // This podman stores the manifest of a Secret as it is, and then looks for nothing but its data.
  const secret = join(dataFolder, 'secret.json');
  await writeFile(secret, JSON.stringify(secretSchema.parse(parse(stdout)).data));
  await engine.tryPodman('secret', 'rm', SECRET);
  await engine.podman('secret', 'create', SECRET, secret);
  return {
    network: NETWORK,
    endpoint,
    untilImported: async (instances) => {
      while (imported < instances && failed === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (failed !== undefined) throw new Error(`a batch was not imported: ${failed}`);
    },
    stop: async () => {
      await edition.stop();
      await engine.podman('secret', 'rm', SECRET);
      await rm(dataFolder, { recursive: true });
    },
  };
}
