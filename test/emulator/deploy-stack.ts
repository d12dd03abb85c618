import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type CdkCli, readOutputs, SynthesizedStack } from './cdk-cli.ts';
import { deleteStack } from './deployed-stack.ts';
import type { EmulatedAws } from './emulated-aws.ts';
import { refusalsIn } from './refusal.ts';
import { type LeftOut, type Refusal, type Template, withoutRefused } from './template.ts';

export interface Deployed {
  readonly stackName: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** What the emulator took, by type. */
  readonly taken: ReadonlyMap<string, number>;
  /** What it did not. */
  readonly leftOut: readonly LeftOut[];
}

export interface DeployOptions {
  readonly aws: EmulatedAws;
  readonly cdk: CdkCli;
  /** An empty folder, for the assembly. */
  readonly folder: string;
  readonly stackName: string;
  /** Settings of the app, as `-c <name>=<value>`. */
  readonly context: Readonly<Record<string, string>>;
  readonly onStep: (text: string) => void;
}

/** They come one at a time. */
const MAX_REFUSALS = 40;
const SHOWN_LINES = 30;

const lastLines = (output: string): string => output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');

/**
 * Synthesizes the app's stack and deploys it as docs/deploy-aws.md says. Where the emulator says that it cannot do a
 * resource, deploys again without it: nothing is left out that was not refused or hangs on what was.
 * @throws Error with what was printed, when a deployment fails for anything else
 */
export async function deployStack(options: DeployOptions): Promise<Deployed> {
  const { aws, cdk, folder, stackName, context, onStep } = options;
  const assembly = join(folder, 'assembly');
  const outputsFile = join(folder, 'outputs.json');
  const settings = Object.entries({ ...context, 'scp:stackName': stackName }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  onStep('cdk synth');
  await cdk.must('synth', '--quiet', '--output', assembly, ...settings);
  const stack = new SynthesizedStack(assembly, stackName);
  const whole: Template = JSON.parse(await stack.template());
  const refusals: Refusal[] = [];
  for (;;) {
    const { template, leftOut } = withoutRefused(whole, refusals);
    onStep(`cdk deploy: ${Object.keys(template.Resources).length} of ${Object.keys(whole.Resources).length} resources`);
    if (refusals.length > 0) {
      const text = JSON.stringify(template, undefined, 1);
      await stack.replaceTemplate(text, createHash('sha256').update(text).digest('hex'));
    }
    const flags = ['--require-approval', 'never', '--outputs-file', outputsFile];
    const { code, output } = await cdk.run('deploy', stackName, '--app', assembly, ...flags);
    if (code === 0) {
      return { stackName, outputs: await readOutputs(outputsFile, stackName), taken: countTypes(template), leftOut };
    }
    const refused = refusalsIn(output);
    if (refused.length === 0 || refusals.length >= MAX_REFUSALS) {
      throw new Error(`cdk deploy ended with ${code}:\n${lastLines(output)}`);
    }
    for (const { type, reason } of refused) onStep(`refused: ${type}: ${reason}`);
    refusals.push(...refused);
    await deleteStack(aws, stackName);
  }
}

function countTypes({ Resources }: Template): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { Type } of Object.values(Resources)) counts.set(Type, (counts.get(Type) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => a.localeCompare(b)));
}
