import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** A block of code: the words behind its fence, and its lines. */
export interface CodeBlock {
  readonly info: string;
  readonly text: string;
}

export interface Link {
  /** Path from the root; the page itself where the link has an anchor only. */
  readonly path: string;
  readonly anchor: string | undefined;
}

/** One page of Markdown, taken apart. */
export interface Page {
  /** Path from the root. */
  readonly path: string;
  /** Without blocks of code. */
  readonly prose: string;
  readonly blocks: readonly CodeBlock[];
  readonly links: readonly Link[];
  /** As GitHub makes them from headings, with those of HTML. */
  readonly anchors: ReadonlySet<string>;
}

/** Every page of the repository but what is generated for the chart and what dependencies bring along. */
export const pages: readonly Page[] = globSync(['*.md', '{docs,local,test,dashboards}/**/*.md'], { cwd: root })
  .filter((path) => !path.includes('node_modules') && !path.includes('/fixtures/'))
  .sort()
  .map((path) => takeApart(path, readFileSync(join(root, path), 'utf8')));

/** @throws Error when there is no such page */
export function pageOf(path: string): Page {
  const found = pages.find((page) => page.path === path);
  if (found === undefined) throw new Error(`there is no page ${path}`);
  return found;
}

/**
 * The text of the one block of a page that has this text.
 * @throws Error when there is none, or more than one
 */
export function blockOf({ path, blocks }: Page, info: string, holds: string): string {
  const found = blocks.filter((block) => block.info === info && block.text.includes(holds));
  const [block] = found;
  if (block === undefined || found.length > 1)
    throw new Error(`${path} has ${found.length} blocks ${info} with ${holds}`);
  return block.text;
}

function takeApart(path: string, text: string): Page {
  const blocks: CodeBlock[] = [];
  const prose = text.replaceAll(
    /^( *)```(.*)\n([\s\S]*?)^\1```$/gm,
    (_, indent: string, info: string, code: string) => {
      blocks.push({ info: info.trim(), text: code.replaceAll(new RegExp(`^${indent}`, 'gm'), '') });
      return '';
    },
  );
  return { path, prose, blocks, links: linksOf(path, prose), anchors: anchorsOf(prose) };
}

function linksOf(path: string, prose: string): readonly Link[] {
  const targets = [...prose.replaceAll(/`[^`\n]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor] = target.split('#');
      return { path: file === '' ? path : normalize(join(dirname(path), file)), anchor };
    });
}

function anchorsOf(prose: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of prose.matchAll(/^#+ (.+)$/gm)) {
    const slug = slugOf(heading);
    const isTaken = anchors.has(slug);
    const next = (n: number): string => (anchors.has(`${slug}-${n}`) ? next(n + 1) : `${slug}-${n}`);
    anchors.add(isTaken ? next(1) : slug);
  }
  for (const [, id = ''] of prose.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id);
  return anchors;
}

/** GitHub's rule: lower case, spaces become hyphens, other punctuation goes. */
export function slugOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .trim()
    .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');
}
