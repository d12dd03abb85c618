import { readFile, writeFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import type { Credentials } from './s3/wire/authorize.ts';

/**
 * The credentials that pods of a cluster on this machine store with. They are made once and kept in a file of two
 * variables, as `kubectl create secret --from-env-file` takes it.
 * @param newId unguessable text of [A-Za-z0-9]
 */
export async function clusterCredentials(file: string, newId: () => string): Promise<Credentials> {
  const kept = parseEnv(await readFile(file, 'utf8').catch(() => ''));
  const { AWS_ACCESS_KEY_ID: accessKeyId = 'cluster', AWS_SECRET_ACCESS_KEY: secretAccessKey = newId() } = kept;
  const text = `AWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`;
  await writeFile(file, text, { mode: 0o600 });
  return { accessKeyId, secretAccessKey };
}
