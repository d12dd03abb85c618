import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { chart, template } from '../cdk8s/helm.ts';
import type { Deployed } from './deploy-stack.ts';
import type { EmulatedAws } from './emulated-aws.ts';

const cli = join(import.meta.dirname, '../../service/cli/main.ts');

const settingsSchema = z.object({ kind: z.literal('ConfigMap'), data: z.record(z.string(), z.string()) });

/**
 * The environment that the chart gives a pod on the deployed stack, by the way that docs/deploy-kubernetes.md goes: outputs of
 * the stack, `helm-values`, the real helm.
 * @param settings values of the chart, by their names under `settings`
 */
export async function podEnvironment(
  aws: EmulatedAws,
  { outputsFile, stackName }: Deployed,
  folder: string,
  settings: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const options = ['--stack', stackName, '--region', aws.region];
  const { stdout } = await promisify(execFile)(process.execPath, [cli, 'helm-values', outputsFile, ...options]);
  const values = join(folder, 'values.json');
  await writeFile(values, stdout);
  const set = Object.entries(settings).flatMap(([name, value]) => ['--set', `settings.${name}=${value}`]);
  for (const object of template(chart, '--values', values, ...set)) {
    const { success, data } = settingsSchema.safeParse(object);
    if (success) return data.data;
  }
  throw new Error('the chart has no ConfigMap');
}
