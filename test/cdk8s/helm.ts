import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { version } from '../../cdk8s/chart/minimal.ts';
import type { Identity } from '../../cdk8s/objects/identity.ts';
import type { NodeMap } from '../../cdk8s/values/manifest-path.ts';
import type { ChosenValues } from '../../cdk8s/values/values-schema.ts';
import { layerBinary } from '../support/layer-binary.ts';

export const chart = join(import.meta.dirname, '../../charts/dicom-store-scp');

/** The values files of the chart, by what they are for. */
export const valuesFiles: readonly (readonly [name: string, path: string])[] = globSync('ci/*-values.yaml', {
  cwd: chart,
})
  .sort()
  .map((path) => [basename(path, '-values.yaml'), join(chart, path)]);

export const valuesOf = (file: string): ChosenValues => parse(readFileSync(file, 'utf8'));

/** Who the objects belong to that `template` renders. */
export const releaseIdentity: Identity = {
  fullname: 'dicom-store-scp',
  name: 'dicom-store-scp',
  instance: 'dicom-store-scp',
  version,
  managedBy: 'Helm',
  namespace: 'imaging',
  chart: `dicom-store-scp-${version}`,
};

export interface HelmResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real helm. */
export function helm(...args: readonly string[]): HelmResult {
  const { status, stdout, stderr } = spawnSync(layerBinary('helm'), args, {
    encoding: 'utf8',
    env: { HOME: '/nonexistent', HELM_CACHE_HOME: '/nonexistent' },
  });
  return { code: status, stdout, stderr };
}

/** The objects that helm renders, as the API server would be given them. */
export function template(folder: string, ...args: readonly string[]): NodeMap[] {
  const { code, stdout, stderr } = helm('template', 'dicom-store-scp', folder, '--namespace', 'imaging', ...args);
  if (code !== 0) throw new Error(stderr);
  return objectsIn(stdout);
}

export const objectsIn = (text: string): NodeMap[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as NodeMap | null)
    .filter((object) => object !== null);

/** Objects in the order of their kinds and names. */
export const ordered = (objects: readonly NodeMap[]): NodeMap[] =>
  [...objects].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));

export const idOf = ({ kind, metadata }: NodeMap): string => `${kind} ${(metadata as NodeMap).name}`;
