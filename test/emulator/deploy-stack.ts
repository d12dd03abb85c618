import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { type CdkCli, readOutputs, SynthesizedStack } from './cdk-cli.ts';
import { type CreatedResource, deleteStack, resourcesOf } from './deployed-stack.ts';
import type { EmulatedAws } from './emulated-aws.ts';
import { refusalsIn } from './refusal.ts';
import { type LeftOut, type Refusal, type Template, withoutRefused } from './template.ts';

export interface Deployed {
  readonly stackName: string;
  /** What `cdk deploy --outputs-file` wrote. */
  readonly outputsFile: string;
  /** @throws Error when the stack has no such output */
  readonly output: (name: string) => string;
  /** What the command line of an operator is told: each output by the variables that its description names. */
  readonly operator: Readonly<Record<string, string>>;
  /** What the emulator made. */
  readonly created: readonly CreatedResource[];
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
  /** Types that are left out from the beginning: emulators that fail over one do not always say so. */
  readonly without: readonly string[];
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
  const { aws, cdk, folder, stackName, context, without, onStep } = options;
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
  const refusals: Refusal[] = without.map((type) => ({ type, reason: 'left out by --without' }));
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
      const outputs = await readOutputs(outputsFile, stackName);
      const created = await resourcesOf(aws, stackName);
      return {
        stackName,
        outputsFile,
        output: (name) => outputOf(outputs, name),
        operator: operatorVariables(template, outputs),
        created,
        leftOut: [...leftOut, ...passedOver(template, created)],
      };
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

const outputSchema = z.record(z.string(), z.object({ Description: z.string().default('') }));

function operatorVariables(
  { Outputs = {} }: Template,
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const named = Object.entries(outputSchema.parse(Outputs)).flatMap(([output, { Description }]) => {
    const [, variables = ''] = /\(([A-Z0-9_, ]+)\)$/.exec(Description) ?? [];
    return variables.split(', ').map((variable) => [variable, values[output] ?? ''] as const);
  });
  return Object.fromEntries(named.filter(([variable]) => variable !== ''));
}

/** What was deployed and is not there all the same. */
function passedOver({ Resources }: Template, created: readonly CreatedResource[]): readonly LeftOut[] {
  const there = new Set(created.map(({ logicalId }) => logicalId));
  return Object.entries(Resources)
    .filter(([logicalId]) => !there.has(logicalId))
    .map(([logicalId, { Type: type }]) => ({ logicalId, type, reason: 'passed over in silence' }));
}

function outputOf(outputs: Readonly<Record<string, string>>, name: string): string {
  const value = outputs[name];
  if (value === undefined) throw new Error(`the stack has no output ${name}`);
  return value;
}
