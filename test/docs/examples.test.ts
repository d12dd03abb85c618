import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../core/config.ts';
import { deployment } from '../../core/deployment.ts';
import { parsePeers } from '../../core/peers.ts';
import { RouteTable } from '../../core/route-table.ts';
import { parseRoutes } from '../../core/routes-file.ts';
import { explain, reportJudgement } from '../../service/cli/explain.ts';
import { boundedAttributes, requiredUids, tooLarge } from '../../service/ingest/checks/import-problem.ts';
import { hex16 } from '../drift/conformance/markdown.ts';
import { blockOf, pageOf, root } from './pages.ts';

const routesFile = blockOf(pageOf('docs/routes.md'), 'json', '"routes"');

/** Digests are cut short where people read them. */
const peersFile = blockOf(pageOf('docs/peers.md'), 'json', '"peers"').replaceAll(
  /"[0-9a-f:]+…"/g,
  `"${'5f'.repeat(32)}"`,
);

describe('files that the documents show', () => {
  it('are taken as routes and peers', () => {
    expect(parseRoutes(routesFile).map(({ name }) => name)).toEqual(['stat', 'research']);
    expect(parsePeers(peersFile, new Set(['default'])).map(({ aeTitle }) => aeTitle)).toEqual(['CT1']);
  });

  it('lead to the explanation that docs/peers.md shows', () => {
    const [command = '', ...shown] = blockOf(pageOf('docs/peers.md'), '', 'cli -- explain').trim().split('\n');
    const [callingAeTitle = '', calledAeTitle = '', address = ''] = command.split(' explain ')[1]?.split(' ') ?? [];
    const config = parseConfig({ SCP_FOLDER: 'x' });
    const facts = { address };
    const titles = { callingAeTitle, calledAeTitle };
    const peers = parsePeers(peersFile, new Set(['default']));
    const judgement = explain(config, new RouteTable(config, []), peers, facts, titles);
    expect(shown).toEqual(reportJudgement(judgement, facts, titles).trimEnd().split('\n'));
  });
});

describe('tables that the documents show', () => {
  it('of capacity have the marks by which the editions scale', () => {
    const { associationsPerReplica, bytesPerSecondPerReplica, minReplicas } = deployment.scaling;
    const { prose } = pageOf('docs/operations.md');
    const marks = `largest of ${minReplicas}, \`A / ${associationsPerReplica}\`, \`B / ${bytesPerSecondPerReplica / 1e6} MB/s\``;
    expect(prose).toContain(marks);
  });

  it('of checks before import have every status with its code', () => {
    const refused = [...requiredUids, ...boundedAttributes].map(({ problem }) => problem.refusal);
    const expected = [...refused, tooLarge.refusal].map(({ status, code }) => `${hex16(status)} ${code}`);
    const { prose } = pageOf('docs/import-checks.md');
    const rows = [...prose.matchAll(/^\| (C[0-9A-F]{3}) \| `(\w+)` \|/gm)].map(
      ([, status, code]) => `${status} ${code}`,
    );
    expect(rows).toEqual(expected);
  });

  it('of rooms have every room that the architecture test knows', () => {
    const enforced = readFileSync(join(root, 'test/architecture.test.ts'), 'utf8');
    const known = [...enforced.matchAll(/^ {2}'?([\w/.-]+)'?: \[/gm)].map(([, room = '']) => room);
    const rows = [...pageOf('ARCHITECTURE.md').prose.matchAll(/^\| `([\w/.-]+?)\/?` \|/gm)].map(
      ([, room = '']) => room,
    );
    expect(known.length).toBeGreaterThan(8);
    expect([...known].sort()).toEqual(rows.filter((room) => room !== 'test').sort());
  });
});
