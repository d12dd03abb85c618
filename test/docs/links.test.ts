import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pages, root, slugOf } from './pages.ts';

const links = pages.flatMap((page) => page.links.map((link) => ({ from: page.path, ...link })));

const hasAnchor = (path: string, anchor: string): boolean =>
  pages.find((page) => page.path === path)?.anchors.has(anchor) ?? false;

describe('links of the documents', () => {
  it('lead to files that are there', () => {
    expect(links.length).toBeGreaterThan(80);
    const dead = links.filter(({ path }) => !existsSync(join(root, path)));
    expect(dead.map(({ from, path }) => `${from} -> ${path}`)).toEqual([]);
  });

  it('lead to headings that are there', () => {
    const dead = links.filter(({ path, anchor }) => anchor && !hasAnchor(path, anchor));
    expect(dead.map(({ from, path, anchor }) => `${from} -> ${path}#${anchor}`)).toEqual([]);
  });

  it('reach every page of docs/ from the README or from docs/', () => {
    const reached = new Set(links.map(({ path }) => path));
    const folders = [...reached].filter((path) => path.endsWith('/'));
    const lost = pages.filter(
      ({ path }) =>
        path.startsWith('docs/') && !reached.has(path) && !folders.some((folder) => path.startsWith(folder)),
    );
    expect(lost.map(({ path }) => path)).toEqual([]);
  });
});

describe('the reader of pages', () => {
  it('makes anchors as GitHub does', () => {
    expect(slugOf('What is where, and what its loss means')).toBe('what-is-where-and-what-its-loss-means');
    expect(slugOf('`npm start`: *try* it')).toBe('npm-start-try-it');
  });
});
