import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceGrants } from '../../cdk/service/service-grants.ts';
import { parseConfig } from '../../core/config.ts';
import { deployment } from '../../core/deployment.ts';
import { parsePeers } from '../../core/peers.ts';
import { writeInstanceFiles } from '../support/instance-files.ts';
import { run } from '../support/run-command.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { blockOf, pageOf } from './pages.ts';
import { runBlocks } from './run-blocks.ts';

const page = pageOf('docs/deploy-on-premises.md');

const block = (info: string, holds: string): string => blockOf(page, info, holds);

/** `KEY=value` lines, as systemd and podman read them. */
const parseEnvironment = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => {
        const at = line.indexOf('=');
        return [line.slice(0, at), line.slice(at + 1)];
      }),
  );

let folder: string;
let environment: Readonly<Record<string, string>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'on-premises-'));
  const { code, output } = await runBlocks(page, folder);
  expect([code, output]).toEqual([0, output]);
  environment = parseEnvironment(await readFile(join(folder, 'environment'), 'utf8'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the guide for one node', () => {
  it('has settings that the service takes, and that fit the paths of the units', () => {
    const config = parseConfig(environment);
    expect(config).toMatchObject({ ack: 'spooled', unknownPeers: 'refuse', tlsClientCertificate: 'require' });
    for (const unit of [block('ini', '[Container]'), block('ini', 'ExecStart')]) {
      expect(unit).toContain(config.spoolFolder);
      const stopSeconds = Number(/TimeoutStopSec=(\d+)/.exec(unit)?.[1]);
      expect(stopSeconds).toBeGreaterThan(config.drainTimeoutMs / 1000);
    }
    expect(block('ini', '[Container]')).toContain(`--stop-timeout=${deployment.drain.stopTimeoutSeconds}`);
  });

  it('has a list of peers that can be read', async () => {
    const peers = parsePeers(await readFile(join(folder, 'peers.json'), 'utf8'), new Set(['default']));
    expect(peers.map(({ aeTitle }) => aeTitle)).toEqual(['CT1']);
  });

  it('grants what the stack grants to the service', () => {
    const stack = new Stack(new App(), 'Granted');
    const landing = Bucket.fromBucketName(stack, 'Landing', 'your-landing-bucket');
    const statements: unknown = stack.resolve(
      serviceGrants(landing, undefined, undefined, []).map((grant) => grant.toJSON()),
    );
    // What CloudFormation makes of the name of the partition.
    const granted = JSON.stringify(statements).replaceAll(
      /\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},"([^"]+)"\]\]\}/g,
      '"arn:aws$1"',
    );
    expect(JSON.parse(block('json', 's3:PutObject')).Statement).toEqual(JSON.parse(granted));
  });

  it('ends in a service that answers success to the modality of the guide, and to nobody else, with the line down', async () => {
    const peers = join(folder, 'peers.json');
    // The modality of this test is on this machine.
    await writeFile(peers, (await readFile(peers, 'utf8')).replace('10.1.2.0/24', '127.0.0.1'));
    const spool = join(folder, 'spool');
    await mkdir(spool);
    const here = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        value.replace('/etc/dicom-store-scp/tls', folder).replace('/etc/dicom-store-scp', folder),
      ]),
    );
    await writeFile(join(folder, 'aws-credentials'), '[default]\naws_access_key_id=a\naws_secret_access_key=b\n');
    const service = await ServiceProcess.start({
      ...here,
      SCP_SPOOL_FOLDER: spool,
      // However full the disk of this machine is.
      SCP_SPOOL_HIGH_PERCENT: '99',
      SCP_SPOOL_FULL_PERCENT: '100',
      SCP_TLS_PORT: '0',
      // The line to AWS is down.
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    try {
      const { tlsPort } = await service.logged('service-listening');
      const [phantom = ''] = await writeInstanceFiles(folder, { count: 1, rows: 16, columns: 16 });
      await rename(phantom, join(folder, 'phantom.dcm'));
      const asked = (command: string, aeTitle = 'CT1') => {
        const line = /^.*$/m.exec(block('sh', 'readyz').split(`\n${command} `)[1] ?? '')?.[0] ?? '';
        const there = line
          .replace('-aet CT1', `-aet ${aeTitle}`)
          .replace('dicom.hospital.example 2762', `127.0.0.1 ${tlsPort}`);
        return run('bash', ['-c', `cd "${folder}" && ${command} ${there}`]);
      };
      expect(await asked('echoscu')).toEqual({ code: 0, output: '' });
      expect(await asked('storescu')).toEqual({ code: 0, output: '' });
      expect(await service.logged('instance-spooled')).toMatchObject({ callingAeTitle: 'CT1' });
      expect((await asked('echoscu', 'CT2')).code).not.toBe(0);
      expect(await service.logged('association-rejected')).toMatchObject({ because: 'known-peer' });
    } finally {
      // It would wait for the line.
      await service.stop('SIGKILL');
    }
  }, 120_000);
});
