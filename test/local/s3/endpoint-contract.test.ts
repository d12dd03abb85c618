import { describe, it } from 'vitest';
import { swiftGaps } from './known-gaps.ts';
import { connectionTo } from './local-server.ts';
import { s3Contract } from './s3-contract.ts';

// Any other S3: S3_CONTRACT_ENDPOINT=http://127.0.0.1:8080 S3_CONTRACT_KEY=id:secret S3_CONTRACT_GAPS=signatures,odd-keys
// Swift's gaps are known: S3_CONTRACT_GAPS=swift
const { S3_CONTRACT_ENDPOINT: endpoint, S3_CONTRACT_KEY: key = ':', S3_CONTRACT_GAPS: gaps = '' } = process.env;

if (endpoint === undefined) {
  describe('S3 contract: another endpoint', () => it.skip('S3_CONTRACT_ENDPOINT is not set', () => undefined));
} else {
  // Swift's access keys are <tenant>:<user>, so the secret begins after the last colon.
  const colon = key.lastIndexOf(':');
  const [accessKeyId, secretAccessKey] = [key.slice(0, colon), key.slice(colon + 1)];
  const known = gaps.split(',').map((gap) => [gap, 'named by S3_CONTRACT_GAPS']);
  s3Contract(endpoint, async () => connectionTo(endpoint, { accessKeyId, secretAccessKey }, async () => undefined), {
    gaps: gaps === 'swift' ? swiftGaps : Object.fromEntries(known),
  });
}
