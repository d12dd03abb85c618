import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** PutObject by the SDK, one after the other: `count bytes`. Prints seconds and CPU seconds as a line of JSON. */
const [count = 0, bytes = 0] = process.argv.slice(2).map(Number);
const client = new S3Client({ forcePathStyle: true });
const body = Buffer.alloc(bytes, 1);
const put = (key: string) =>
  client.send(new PutObjectCommand({ Bucket: 'bench-bucket', Key: key, Body: body, ContentType: 'application/dicom' }));

for (let warmUp = 0; warmUp < count / 10; warmUp++) await put(`warm-up/${warmUp}`);
const begun = performance.now();
const before = process.cpuUsage();
for (let number = 0; number < count; number++) await put(`object/${number}`);
const { user, system } = process.cpuUsage(before);
const result = { seconds: (performance.now() - begun) / 1e3, cpuSeconds: (user + system) / 1e6 };
process.stdout.write(`${JSON.stringify(result)}\n`);
