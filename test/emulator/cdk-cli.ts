import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { EmulatedAws } from './emulated-aws.ts';

const root = join(import.meta.dirname, '../..');

export interface Finished {
  readonly code: number | null;
  readonly output: string;
}

/** The CDK's command line of this repository, as an operator runs it, with a home of its own. */
export class CdkCli {
  readonly #environment: Readonly<Record<string, string>>;
  readonly #home: string;

  constructor({ endpoint, environment }: EmulatedAws, home: string, path: string) {
    this.#home = home;
    this.#environment = {
      ...environment,
      // Where CloudFormation is told to read templates: moto takes an address for the name of a bucket.
      AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION: endpoint.replace('//127.0.0.1', '//localhost'),
      HOME: home,
      // Where it keeps the account of each access key that it has seen.
      CDK_HOME: home,
      PATH: `${join(root, 'node_modules/.bin')}:${path}`,
      CI: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    };
  }

  /** Runs it where the app is. */
  run(...args: readonly string[]): Promise<Finished> {
    return this.#spawn(root, args);
  }

  /** Prepares the account for deployments: where no app is, so that none is synthesized. */
  async bootstrap(accountId: string, region: string): Promise<void> {
    const args = ['bootstrap', `aws://${accountId}/${region}`];
    requireSuccess(args, await this.#spawn(this.#home, args));
  }

  async #spawn(cwd: string, args: readonly string[]): Promise<Finished> {
    const child = spawn('cdk', [...args, '--no-notices'], {
      cwd,
      env: { ...this.#environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    const [code] = await once(child, 'close');
    return { code, output };
  }

  /** Runs what must succeed. @throws Error with all that was printed */
  async must(...args: readonly string[]): Promise<void> {
    requireSuccess(args, await this.run(...args));
  }
}

function requireSuccess(args: readonly string[], { code, output }: Finished): void {
  if (code !== 0) throw new Error(`cdk ${args.join(' ')} ended with ${code}:\n${output}`);
}

const outputsSchema = z.record(z.string(), z.record(z.string(), z.string()));

/** The outputs of a stack, from the file that `cdk deploy --outputs-file` wrote. */
export async function readOutputs(file: string, stackName: string): Promise<Readonly<Record<string, string>>> {
  const outputs = outputsSchema.parse(JSON.parse(await readFile(file, 'utf8')))[stackName];
  if (outputs === undefined) throw new Error(`${stackName} has no outputs`);
  return outputs;
}

/** A synthesized stack in a cloud assembly. */
export class SynthesizedStack {
  readonly #folder: string;
  readonly name: string;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.name = name;
  }

  readonly #path = (suffix: string): string => join(this.#folder, suffix);

  async template(): Promise<string> {
    return readFile(this.#path(`${this.name}.template.json`), 'utf8');
  }

  /** Puts another template in the place of what was synthesized, under a name of its own in the bucket of assets. */
  async replaceTemplate(text: string, newId: string): Promise<void> {
    const assetsPath = this.#path(`${this.name}.assets.json`);
    const manifestPath = this.#path('manifest.json');
    const manifest = await readFile(manifestPath, 'utf8');
    const [, id] = /"stackTemplateAssetObjectUrl": ?"[^"]*\/([0-9a-f]{64})\.json"/.exec(manifest) ?? [];
    if (id === undefined) throw new Error('the assembly does not say where the template goes');
    await writeFile(this.#path(`${this.name}.template.json`), text);
    await writeFile(manifestPath, manifest.replaceAll(id, newId));
    await writeFile(assetsPath, (await readFile(assetsPath, 'utf8')).replaceAll(id, newId));
  }
}
