import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { S3Drain } from './s3-drain.ts';
import { awsEnvironment } from './store-receivers.ts';

export interface SdkLoopFigures {
  readonly mbPerSecond: number;
  readonly instancesPerSecond: number;
  readonly cpuSecondsPerGb: number;
}

/** The SDK's PutObject in a loop, without any DICOM: what storing costs by itself. */
export async function measureSdkLoop(drain: S3Drain, count: number, bytes: number): Promise<SdkLoopFigures> {
  const words = [join(import.meta.dirname, 'sdk-loop.ts'), String(count), String(bytes)];
  const { stdout } = await promisify(execFile)(process.execPath, words, { env: awsEnvironment(drain) });
  const { seconds, cpuSeconds } = JSON.parse(stdout);
  const gigabytes = (count * bytes) / 1e9;
  return {
    mbPerSecond: (gigabytes * 1e3) / seconds,
    instancesPerSecond: count / seconds,
    cpuSecondsPerGb: cpuSeconds / gigabytes,
  };
}
