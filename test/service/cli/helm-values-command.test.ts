import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const cli = join(import.meta.dirname, '../../../service/cli/main.ts');
const run = promisify(execFile);

let folder: string;
let outputs: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'helm-values-'));
  outputs = join(folder, 'outputs.json');
  const stack = { LandingBucket: 'landing', DatastoreId: '0123456789abcdef0123456789abcdef', WorkloadRoleArn: 'role' };
  await writeFile(outputs, JSON.stringify({ Scp: stack }));
});
afterAll(() => rm(folder, { recursive: true }));

it('prints values that helm takes as a file', async () => {
  const { stdout } = await run(process.execPath, [cli, 'helm-values', outputs, '--irsa', '--region', 'us-east-1']);
  expect(JSON.parse(stdout)).toEqual({
    settings: { bucket: 'landing', datastoreId: '0123456789abcdef0123456789abcdef' },
    aws: { region: 'us-east-1' },
    serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'role' } },
  });
});

it('says what is missing', async () => {
  await writeFile(outputs, JSON.stringify({ Scp: { LandingBucket: 'landing' } }));
  await expect(run(process.execPath, [cli, 'helm-values', outputs])).rejects.toMatchObject({
    code: 2,
    stderr: 'no stack with outputs LandingBucket and DatastoreId\n',
  });
});
