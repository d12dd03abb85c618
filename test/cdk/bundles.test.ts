import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { beforeAll, describe, expect, it } from 'vitest';
import { PipelineFunctions } from '../../cdk/pipeline/functions.ts';
import { type PipelineFunctionName, pipelineFunctionNames } from '../../core/pipeline-functions.ts';

const MIB = 1024 * 1024;

/** Enough for every handler to be loaded. */
const environment = {
  PATH: process.env.PATH ?? '',
  AWS_REGION: 'us-east-1',
  BATCHES_TABLE: 'batches',
  INSTANCES_TABLE: 'instances',
  STUDIES_TABLE: 'studies',
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

describe('the bundles that are deployed', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'bundles-'));
  const folders = new Map<PipelineFunctionName, string>();

  beforeAll(() => {
    const app = new App({ outdir, builtinCloudFormationValidation: false });
    const stack = new Stack(app, 'Bundled');
    const none = Object.fromEntries(pipelineFunctionNames.map((name) => [name, []])) as unknown as Record<
      PipelineFunctionName,
      []
    >;
    const functions = new PipelineFunctions(stack, 'Functions', {
      variables: {},
      grants: none,
      logs: { retention: RetentionDays.ONE_DAY },
    });
    app.synth();
    const template = JSON.parse(readFileSync(join(outdir, 'Bundled.template.json'), 'utf8'));
    for (const name of pipelineFunctionNames) {
      const id = stack.getLogicalId(functions.byName[name].node.defaultChild as never);
      const { S3Key } = template.Resources[id].Properties.Code;
      folders.set(name, join(outdir, `asset.${String(S3Key).replace('.zip', '')}`));
    }
  }, 120_000);

  it.each(pipelineFunctionNames)('of %s is one module that Node loads by itself', (name) => {
    const folder = folders.get(name) ?? '';
    expect(readdirSync(folder).sort()).toEqual(['index.mjs', 'index.mjs.map']);
    expect(statSync(join(folder, 'index.mjs')).size).toBeLessThan(3 * MIB);
    const load = `import(${JSON.stringify(join(folder, 'index.mjs'))}).then((m) => console.log(typeof m.handler))`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', load], { env: environment, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('function');
  });
});
