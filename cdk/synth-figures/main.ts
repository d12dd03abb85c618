import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SynthFigures, table, withFigures } from './synth-figures.ts';

/** Synthesizes each edition as `npx cdk synth` does, prints what that took, and writes it into docs/deploy-aws.md. */
const root = join(import.meta.dirname, '../..');
const editions: Readonly<Record<string, readonly string[]>> = {
  fargate: [],
  eks: ['-c', 'scp:edition=eks', '-c', 'scp:eksClusterName=hospital'],
};

async function synthesize(edition: string, context: readonly string[]): Promise<SynthFigures> {
  const outdir = await mkdtemp(join(tmpdir(), 'synth-'));
  const beganMs = performance.now();
  const { status, stderr } = spawnSync(
    'npx',
    ['cdk', 'synth', '--quiet', '--no-notices', '--output', outdir, ...context],
    { cwd: root, encoding: 'utf8' },
  );
  const seconds = (performance.now() - beganMs) / 1_000;
  if (status !== 0) throw new Error(stderr);
  const path = join(outdir, 'DicomStoreScp.template.json');
  const template: { readonly Resources: object } = JSON.parse(readFileSync(path, 'utf8'));
  const assets = readdirSync(outdir, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.mjs'));
  const figures = {
    edition,
    seconds,
    templateBytes: statSync(path).size,
    resources: Object.keys(template.Resources).length,
    assetBytes: assets.reduce((sum, name) => sum + statSync(join(outdir, name)).size, 0),
  };
  await rm(outdir, { recursive: true });
  return figures;
}

const figures: SynthFigures[] = [];
for (const [edition, context] of Object.entries(editions)) figures.push(await synthesize(edition, context));
process.stdout.write(`${table(figures)}\n`);
const page = join(root, 'docs/deploy-aws.md');
const machine = `Measured with ${cpus().length} processors and Node ${process.versions.node}.`;
await writeFile(page, withFigures(await readFile(page, 'utf8'), figures, machine));
