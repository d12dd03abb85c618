import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appSettingsSchema } from '../../cdk/app-settings-schema.ts';
import { settings } from '../../core/config.ts';
import { batchStatusSchema, batchTransitions } from '../../core/ledger.ts';
import { pipelineVariables } from '../../core/pipeline-functions.ts';
import { type Page, pages, root } from './pages.ts';

/** What a decision or the changelog said stays as it was said. */
const isHistory = ({ path }: Page): boolean => path.startsWith('docs/decisions/') || path === 'CHANGELOG.md';
const current = pages.filter((page) => !isHistory(page));

/** What pages say, in prose and in blocks: each match with the page it is from. */
function mentions(pattern: RegExp): readonly { readonly from: string; readonly name: string }[] {
  return current.flatMap(({ path, prose, blocks }) =>
    [prose, ...blocks.map(({ text }) => text)]
      .flatMap((text) => [...text.matchAll(pattern)])
      .map(([, name = '']) => ({ from: path, name })),
  );
}

const shown = (found: readonly { readonly from: string; readonly name: string }[]) =>
  found.map(({ from, name }) => `${from}: ${name}`);

const sources = globSync('{core,service,lambdas,cdk,cdk8s,dashboards}/**/*.ts', { cwd: root })
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n');

describe('what the documents name', () => {
  it('are variables that the service or the pipeline reads', () => {
    const known = new Set<string>([...settings().map(({ env }) => env), ...Object.keys(pipelineVariables)]);
    const found = mentions(/\b((?:SCP|[A-Z]+)_[A-Z0-9_]+)\b(?!…|_)/g).filter(({ name }) => name.startsWith('SCP_'));
    expect(found.length).toBeGreaterThan(100);
    expect(shown(found.filter(({ name }) => !known.has(name)))).toEqual([]);
  });

  it('are settings of the CDK app', () => {
    const known = new Set(Object.keys(appSettingsSchema.shape));
    const found = mentions(/(?<![\w-])scp:([A-Za-z]+)/g);
    expect(found.length).toBeGreaterThan(20);
    expect(shown(found.filter(({ name }) => !known.has(name)))).toEqual([]);
  });

  it('are scripts of package.json', () => {
    const { scripts }: { scripts: Readonly<Record<string, string>> } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    );
    const found = [...mentions(/\bnpm run (?:-s )?([\w:-]+)/g), ...mentions(/\bnpm (start|test)\b/g)];
    expect(found.length).toBeGreaterThan(10);
    expect(shown(found.filter(({ name }) => !(name in scripts)))).toEqual([]);
  });

  it('are all of its scripts, in CONTRIBUTING.md', () => {
    const { scripts }: { scripts: Readonly<Record<string, string>> } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    );
    const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
    const missing = Object.keys(scripts).filter((name) => !new RegExp(`[\\s\`]${name}[\\s\`]`).test(text));
    expect(missing).toEqual([]);
  });

  it('are commands of the command line', () => {
    const cli = globSync('service/cli/**/*.ts', { cwd: root })
      .map((file) => readFileSync(join(root, file), 'utf8'))
      .join('\n');
    const found = mentions(/\bnpm run (?:-s )?cli -- ([a-z-]+)/g);
    expect(found.length).toBeGreaterThan(4);
    expect(shown(found.filter(({ name }) => !cli.includes(`'${name}'`)))).toEqual([]);
  });

  it('are files and folders that are there', () => {
    const rooms = 'core|service|lambdas|cdk|cdk8s|charts|dashboards|local|test|docs';
    const found = mentions(new RegExp(`\`((?:${rooms})/[\\w./-]*)\``, 'g'));
    expect(found.length).toBeGreaterThan(50);
    expect(shown(found.filter(({ name }) => !existsSync(join(root, name))))).toEqual([]);
    const run = mentions(new RegExp(`\\bnode ((?:${rooms})/[\\w./-]+\\.ts)`, 'g'));
    expect(shown(run.filter(({ name }) => !existsSync(join(root, name))))).toEqual([]);
  });

  it('are events that there are', () => {
    const found = mentions(/\b[Ee]vents? `([a-z-]+)`/g);
    expect(found.length).toBeGreaterThan(3);
    expect(shown(found.filter(({ name }) => !sources.includes(`event: '${name}'`)))).toEqual([]);
  });

  it('are metrics that there are', () => {
    const found = mentions(/\bdicom_store_scp_([a-z_]+)/g);
    expect(found.length).toBeGreaterThan(10);
    // Gauges of one kind are named by a prefix of their own: `spool_` and the rest.
    const isThere = (name: string) =>
      [name, name.slice(name.indexOf('_') + 1), `dicom_store_scp_${name}`].some((text) =>
        sources.includes(`'${text}'`),
      );
    expect(shown(found.filter(({ name }) => !isThere(name)))).toEqual([]);
  });
});

const mermaid = pages.flatMap(({ path, blocks }) =>
  blocks.filter(({ info }) => info === 'mermaid').map(({ text }) => ({ path, text })),
);

describe('diagrams', () => {
  const kinds = ['flowchart', 'sequenceDiagram', 'stateDiagram-v2'];

  it('begin with a kind that is used here, and have no bracket left open', () => {
    expect(mermaid.length).toBeGreaterThan(8);
    const wrong = mermaid.filter(({ text }) => !kinds.includes(text.trim().split(/\s/)[0] ?? '') || !isBalanced(text));
    expect(wrong).toEqual([]);
  });

  it('close every subgraph, loop and alternative', () => {
    const wrong = mermaid.filter(
      ({ text }) =>
        [...text.matchAll(/^\s*(?:subgraph|loop|alt)\b/gm)].length !== [...text.matchAll(/^\s*end$/gm)].length,
    );
    expect(wrong).toEqual([]);
  });

  it('have no semicolon in a message: it would end the statement', () => {
    expect(mermaid.filter(({ text }) => text.startsWith('sequenceDiagram') && text.includes(';'))).toEqual([]);
  });

  it('show the states of a batch and the moves between them as the ledger has them', () => {
    const life = mermaid.find(({ path, text }) => path === 'docs/architecture.md' && text.startsWith('stateDiagram'));
    const states = batchStatusSchema.options;
    const drawn = [...(life?.text ?? '').matchAll(/^ {2}(\w+) --> (\w+)/gm)]
      .map(([, from = '', to = '']) => `${from.replaceAll('_', '-')} ${to.replaceAll('_', '-')}`)
      .filter((move) => move.split(' ').every((state) => (states as readonly string[]).includes(state)));
    const allowed = states.flatMap((from) =>
      batchTransitions[from].filter((to) => to !== from).map((to) => `${from} ${to}`),
    );
    expect(drawn.sort()).toEqual(allowed.sort());
  });
});

/** Brackets of labels and shapes, without what stands in quotes. */
function isBalanced(text: string): boolean {
  const open: string[] = [];
  const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
  for (const character of text.replaceAll(/"[^"\n]*"/g, '')) {
    if ('([{'.includes(character)) open.push(character);
    const opening = pairs[character];
    if (opening !== undefined && open.pop() !== opening) return false;
  }
  return open.length === 0;
}
