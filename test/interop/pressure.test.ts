import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SyntheticInstance, syntheticStudy } from '../../local/synthetic/synthetic-study.ts';
import { type S3UnderTest, startS3UnderTest } from '../support/s3-under-test.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { StoreScu } from '../support/store-scu.ts';

const MIB = 1024 * 1024;
const ASSOCIATIONS = 48;

let s3: S3UnderTest;
let service: Awaited<ReturnType<typeof ServiceProcess.start>>;
beforeEach(async () => {
  s3 = await startS3UnderTest();
});
afterEach(async () => {
  await service.stop('SIGKILL');
  await s3.close();
});

it('many associations that bring more than may be held at once all get to their end', async () => {
  service = await ServiceProcess.start({
    AWS_ENDPOINT_URL_S3: s3.server.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    SCP_STORE: 's3',
    SCP_BUCKET: 'bucket',
    SCP_S3_PATH_STYLE: 'true',
    SCP_STORE_BUFFER_BYTES: String(32 * MIB),
    SCP_MAX_BYTES_IN_FLIGHT: String(64 * MIB),
  });
  let uid = 1;
  const instances = syntheticStudy({
    newUid: () => `2.25.${uid++}`,
    modality: 'US',
    series: 1,
    instancesPerSeries: ASSOCIATIONS,
    rows: 512,
    columns: 512,
    frames: 8,
    transferSyntaxUid: '1.2.840.10008.1.2.1',
  });
  // All are let in before the first one sends: at the limit nobody new is.
  const sending: (readonly [StoreScu, SyntheticInstance])[] = [];
  for (const instance of instances) {
    sending.push([await StoreScu.associate({ port: service.port, ...instance }), instance]);
  }
  const answers = sending.map(([scu, instance]) => scu.store({ ...instance, chunks: () => instance.chunks() }));
  expect(await Promise.all(answers)).toEqual(Array(ASSOCIATIONS).fill(0));
  await Promise.all(sending.map(([scu]) => scu.release()));
  expect(await service.stop()).toBe(0);
}, 60_000);
