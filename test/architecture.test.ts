import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Which room may import what. A room is the longest of these names that a file's path begins with. Names of packages
 * stand for themselves and all below them; `node:` for the platform.
 */
const rooms: Readonly<Record<string, readonly string[]>> = {
  core: ['zod'],
  'service/dicom': [],
  // `node:` and OpenTelemetry for where audit messages and spans go.
  'service/telemetry': ['core', 'pino', 'prom-client', '@opentelemetry', 'node:'],
  'service/ingest': ['core', 'service/dicom', 'service/telemetry', 'node:'],
  // Its report leaves from the network, which imports the port; it knows requests and reports, and no socket.
  'service/commitment': ['core', 'service/dicom', 'service/telemetry', '@aws-sdk', 'zod', 'node:'],
  'service/store': ['core', '@aws-sdk', '@smithy', 'node:'],
  'service/net': [
    'core',
    'service/dicom',
    'service/ingest',
    'service/commitment',
    'service/telemetry',
    'jsonwebtoken',
    'node:',
  ],
  'service/admin': ['core', 'service/telemetry', 'node:'],
  'service/operator': ['core', '@aws-sdk', 'node:'],
  // Comparing again what the pipeline has compared is the pipeline's own code.
  'service/cli': [
    'core',
    'lambdas/import-jobs',
    'lambdas/ledger',
    'lambdas/reconcile',
    'lambdas/studies',
    'service/dicom',
    'service/ingest/header-reader.ts',
    'service/main.ts',
    'service/net',
    'service/operator',
    'service/store',
    '@aws-sdk',
    'node:',
  ],
  'service/open-stores.ts': ['core', 'service/ingest', 'service/store', 'service/telemetry', 'prom-client'],
  'service/watch-imports.ts': ['core', 'service/ledger', 'service/telemetry', 'prom-client'],
  'service/open-status-page.ts': ['core', 'service', '@aws-sdk', 'node:'],
  'service/ledger': ['core', '@aws-sdk'],
  // The words that labels can have, from the rooms that say them.
  'service/label-words.ts': ['core', 'service'],
  'service/main.ts': ['core', 'service', '@aws-sdk', 'pino', 'node:', 'package.json'],
  lambdas: [
    'core',
    'service/store',
    '@aws-sdk',
    'aws-lambda',
    '@aws-lambda-powertools',
    '@opentelemetry',
    '@smithy',
    'zod',
    'node:',
  ],
  cdk: ['core', 'aws-cdk-lib', 'cdk-nag', 'constructs', 'esbuild', 'zod', 'node:'],
  cdk8s: ['core', 'cdk8s', 'cdk8s-plus-28', 'constructs', 'yaml', 'zod', 'package.json', 'node:'],
  dashboards: ['core', '@grafana/grafana-foundation-sdk', 'yaml', 'node:'],
  local: [
    'core',
    'cdk/pipeline',
    'lambdas',
    '@aws-sdk',
    '@smithy',
    'aws-local-stepfunctions',
    'dynalite',
    'dcmjs',
    'dcmjs-dimse',
    'fast-xml-parser',
    'zod',
    'node:',
  ],
};

/** Files that may read the environment and the arguments of the process. */
const mayReadProcess = /(^|\/)main\.ts$|^local\/demo\.ts$|^lambdas\/environment\.ts$/;

/** In code; a comment may speak of it. */
const readsProcess = /^(?!\s*(?:\/\/|\/?\*)).*\bprocess\.(?:env|argv)\b/m;

const root = join(import.meta.dirname, '..');
const files = globSync('{core,service,lambdas,cdk,cdk8s,dashboards,local}/**/*.ts', { cwd: root });

function roomOf(path: string): string | undefined {
  return Object.keys(rooms)
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function importsOf(source: string): string[] {
  return [
    ...source.matchAll(/(?:^|\n)\s*(?:import|export)\s(?:[^'"]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'/g),
  ].map((match) => match[1] ?? match[2] ?? '');
}

/** An import as the path of a file of this repository, `node:`, or the name of a package. */
function target(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return relative(root, join(root, dirname(file), specifier));
  return specifier.startsWith('node:') || builtinModules.includes(specifier) ? 'node:' : specifier;
}

function allowed(file: string, imported: string): boolean {
  const room = roomOf(file) ?? '';
  if (roomOf(imported) === room && room !== '') return true;
  return (rooms[room] ?? []).some((name) => imported === name || imported.startsWith(`${name}/`));
}

describe('the rooms', () => {
  it('are all there is', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
  });

  it('import along the arrows of the design only', () => {
    const wrong = files.flatMap((file) =>
      importsOf(readFileSync(join(root, file), 'utf8'))
        .map((specifier) => target(file, specifier))
        .filter((imported) => !allowed(file, imported))
        .map((imported) => `${file} -> ${imported}`),
    );
    expect(wrong).toEqual([]);
  });

  it('leave the environment and the arguments to main', () => {
    const wrong = files.filter(
      (file) => !mayReadProcess.test(file) && readsProcess.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(wrong).toEqual([]);
  });

  it('hold no state outside of objects', () => {
    const wrong = files.filter((file) => /^(export )?let /m.test(readFileSync(join(root, file), 'utf8')));
    expect(wrong).toEqual([]);
  });
});

describe('the import reader', () => {
  it('sees every form of import', () => {
    const source = `import a from 'a';\nimport type { B } from 'b';\nimport {\n  c,\n} from './c.ts';\nexport { d } from 'd';\nimport 'e';\nconst f = await import('f');\n`;
    expect(importsOf(source)).toEqual(['a', 'b', './c.ts', 'd', 'e', 'f']);
  });
});
