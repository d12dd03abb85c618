import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { pipelineFunctionNames } from '../../core/pipeline-functions.ts';

const MIB = 1024 * 1024;
const root = join(import.meta.dirname, '../..');

/** Enough for every handler to be loaded. */
const variables = {
  AWS_REGION: 'us-east-1',
  BATCHES_TABLE: 'batches',
  INSTANCES_TABLE: 'instances',
  STUDIES_TABLE: 'studies',
  LIMITER_TABLE: 'limiter',
  STARTS_PER_SECOND: '1',
  START_BURST: '2',
  CONCURRENT_JOBS: '100',
  INGEST_BUCKET: 'ingest',
  OUTPUT_S3_URI: 's3://results/jobs/',
  DATA_ACCESS_ROLE_ARN: 'arn:aws:iam::000000000000:role/import',
  STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:000000000000:stateMachine:import',
  LEASE_TTL_MS: '0',
  LEASE_GRACE_MS: '0',
  LOST_EVENT_AFTER_MS: '0',
  LOST_EVENT_LOOKBACK_MS: '0',
  STUCK_AFTER_MS: '0',
  MAX_REDRIVES: '0',
};

/** No credentials, no account, and every way out but loopback leads nowhere. */
const offline = (home: string) => ({
  PATH: [join(root, 'node_modules/.bin'), process.env.PATH ?? ''].join(delimiter),
  HOME: home,
  CI: 'true',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  HTTP_PROXY: 'http://127.0.0.1:9',
  AWS_EC2_METADATA_DISABLED: 'true',
});

describe('cdk synth', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'synth-'));
  const home = mkdtempSync(join(tmpdir(), 'home-'));
  let resources: Record<
    string,
    { readonly Type: string; readonly Properties: { readonly Code?: { readonly S3Key: string } } }
  >;

  beforeAll(() => {
    const before = performance.now();
    const { status, stderr } = spawnSync('cdk', ['synth', '--quiet', '--no-notices', '--output', outdir], {
      cwd: root,
      env: offline(home),
      encoding: 'utf8',
    });
    expect(stderr).not.toMatch(/^ERROR/m);
    expect(status).toBe(0);
    const path = join(outdir, 'DicomStoreScp.template.json');
    resources = JSON.parse(readFileSync(path, 'utf8')).Resources;
    const seconds = ((performance.now() - before) / 1_000).toFixed(1);
    const kilobytes = Math.round(statSync(path).size / 1_000);
    console.log(`cdk synth: ${seconds} s, ${kilobytes} kB, ${Object.keys(resources).length} resources`);
  }, 300_000);

  it('needs no account, no credentials and no network', () => {
    expect(Object.values(resources).filter(({ Type }) => Type === 'AWS::ECS::Service')).toHaveLength(1);
  });

  it.each(pipelineFunctionNames)('bundles %s into one module that Node loads by itself', (name) => {
    const [, fn] =
      Object.entries(resources).find(
        ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.includes(`Functions${name.replaceAll('-', '')}`),
      ) ?? [];
    const folder = join(outdir, `asset.${fn?.Properties.Code?.S3Key.replace('.zip', '')}`);
    expect(readdirSync(folder).sort()).toEqual(['index.mjs', 'index.mjs.map']);
    expect(statSync(join(folder, 'index.mjs')).size).toBeLessThan(3 * MIB);
    const load = `import(${JSON.stringify(join(folder, 'index.mjs'))}).then((m) => console.log(typeof m.handler))`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', load], { env: variables, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('function');
  });

  it('says in a sentence what is wrong with a setting', () => {
    const { status, stderr } = spawnSync('cdk', ['synth', '--quiet', '-c', 'scp:clientCidr=10.0.0.0/8'], {
      cwd: root,
      env: offline(home),
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('scp:clientCidr: no such setting. There are: edition, stackName');
  }, 120_000);
});
