import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../core/config.ts';
import { RouteTable } from '../../core/route-table.ts';
import { parseRoutes, RoutesFileError } from '../../core/routes-file.ts';

const datastoreId = 'a'.repeat(32);
const other = 'b'.repeat(32);
const config = parseConfig({ SCP_FOLDER: 'x', SCP_DATASTORE_ID: datastoreId, SCP_BATCH_QUIET_MS: '7000' });

const table = (routes: readonly object[]) => new RouteTable(config, parseRoutes(JSON.stringify({ routes })));

describe('a routes file', () => {
  it.each([
    ['not JSON', '{', /not JSON/],
    ['no list', '{}', /routes: /],
    ['an unknown word', { routes: [{ name: 'a', bucket: 'b' }] }, /routes\.0: Unrecognized key: "bucket"/],
    ['a name twice', { routes: [{ name: 'a' }, { name: 'a' }] }, /routes\.1\.name: the name a is taken/],
    ['the name of the default route', { routes: [{ name: 'default' }] }, /the name default is taken/],
    [
      'an AE title twice',
      {
        routes: [
          { name: 'a', calledAeTitles: ['X'] },
          { name: 'b', calledAeTitles: ['X'] },
        ],
      },
      /routes\.1\.calledAeTitles\.0: the AE title X is taken/,
    ],
    ['no AE title in the list', { routes: [{ name: 'a', calledAeTitles: [] }] }, /calledAeTitles/],
    ['an AE title that is none', { routes: [{ name: 'a', calledAeTitles: ['A\\B'] }] }, /an AE title has 1 to 16/],
    ['another datastore id', { routes: [{ name: 'a', datastoreId: 'x' }] }, /a datastore id has 32/],
    ['a limit out of range', { routes: [{ name: 'a', batch: { maxFiles: 0 } }] }, /batch\.maxFiles/],
    [
      'STOW-RS for a route that is not urgent',
      { routes: [{ name: 'a', outlet: 'stow' }] },
      /routes\.0\.outlet: stow is for routes whose priority is stat/,
    ],
    ['an unknown outlet', { routes: [{ name: 'a', priority: 'stat', outlet: 'ftp' }] }, /routes\.0\.outlet/],
  ])('with %s is refused', (_what, content, problem) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    expect(() => parseRoutes(text)).toThrow(RoutesFileError);
    expect(() => parseRoutes(text)).toThrow(problem);
  });

  it('names every problem at once', () => {
    const text = JSON.stringify({ routes: [{ name: 'A B' }, { name: 'b', priority: 'soon' }] });
    expect(() => parseRoutes(text)).toThrow(/routes\.0\.name.*routes\.1\.priority/);
  });
});

describe('the routes', () => {
  it('are the default one alone when there is no file', () => {
    const routes = new RouteTable(config, []);
    expect([...routes.names]).toEqual(['default']);
    expect(routes.calledAeTitles).toEqual([]);
    expect(routes.choose('ANY', undefined)).toBe('default');
    expect(routes.rules.get('default')).toEqual({
      route: { name: 'default', priority: 'routine', datastoreId },
      limits: { quietMs: 7_000, maxAgeMs: 30_000, hardAgeMs: 300_000, maxFiles: 4_500, maxBytes: 9_000_000_000 },
    });
  });

  it('name their outlet only where it is not the usual one', () => {
    const { rules } = table([
      { name: 'fast', priority: 'stat', outlet: 'stow' },
      { name: 'usual', priority: 'stat', outlet: 'import-job' },
    ]);
    expect(rules.get('fast')?.route).toEqual({ name: 'fast', priority: 'stat', outlet: 'stow', datastoreId });
    expect(rules.get('usual')?.route).toEqual({ name: 'usual', priority: 'stat', datastoreId });
  });

  it('are chosen by the peer, then by the called title', () => {
    const routes = table([{ name: 'stat', calledAeTitles: ['STATSCP', 'ER'], priority: 'stat' }, { name: 'research' }]);
    expect(routes.calledAeTitles).toEqual(['STATSCP', 'ER']);
    expect(routes.choose('ER', undefined)).toBe('stat');
    expect(routes.choose('ER', 'research')).toBe('research');
    expect(routes.choose('OTHER', undefined)).toBe('default');
  });

  it('have the datastore of the settings unless they name one', () => {
    const routes = table([{ name: 'a' }, { name: 'b', datastoreId: other }]);
    expect(routes.rules.get('a')?.route.datastoreId).toBe(datastoreId);
    expect(routes.rules.get('b')?.route.datastoreId).toBe(other);
  });

  it('are quick when they are urgent, and as they say themselves', () => {
    const routes = table([
      { name: 'stat', priority: 'stat' },
      { name: 'slow', batch: { maxAgeMs: 600_000 } },
      { name: 'stat-slow', priority: 'stat', batch: { quietMs: 3_000 } },
    ]);
    expect(routes.rules.get('stat')?.limits).toMatchObject({ quietMs: 1_000, maxAgeMs: 5_000, hardAgeMs: 300_000 });
    // No batch is older than its hard age.
    expect(routes.rules.get('slow')?.limits).toMatchObject({ quietMs: 7_000, maxAgeMs: 600_000, hardAgeMs: 600_000 });
    expect(routes.rules.get('stat-slow')?.limits).toMatchObject({ quietMs: 3_000, maxAgeMs: 5_000 });
  });
});
