import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LocalQueue } from '../../../local/events/local-queue.ts';
import { localAccount } from '../../../local/local-account.ts';
import { type LocalSqs, startSqs } from '../../../local/sqs/start-sqs.ts';
import { lookIntoDeadLetters, redriveDeadLetters } from '../../../service/operator/dead-letters.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';

const clock = new FakeClock();
const handled: string[] = [];
let fails = true;
const queue = new LocalQueue({
  name: 'events',
  settings: { maxReceiveCount: 2, batchSize: 1 },
  clock,
  schedule: clock.schedule,
  newId: () => `m${handled.length}`,
  redeliveryDelayMs: () => 1_000,
  consume: async ({ Records: [record] }) => {
    if (fails) throw new Error('not now');
    handled.push(record?.body ?? '');
    return undefined;
  },
  onDeadLetter: () => undefined,
});

let sqs: LocalSqs;
let client: SQSClient;
beforeAll(async () => {
  const box = { count: () => queue.deadLetters, sendBack: () => queue.sendBackDeadLetters() };
  sqs = await startSqs(new Map([['events-dead-letters', box]]));
  client = new SQSClient({ ...localAccount, endpoint: sqs.endpoint, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await sqs.close();
});

it('sends messages back that were given up, for an unmodified client', async () => {
  const [url = ''] = sqs.queueUrls;
  expect(await redriveDeadLetters(client, url)).toMatchObject({ messages: 0, outcome: 'empty' });
  queue.send('a batch');
  await settled();
  await clock.advance(1_000);
  expect(await lookIntoDeadLetters(client, url)).toEqual({
    url,
    arn: 'arn:aws:sqs:us-east-1:000000000000:events-dead-letters',
    messages: 1,
  });
  fails = false;
  expect(await redriveDeadLetters(client, url)).toMatchObject({ messages: 1, outcome: 'started' });
  await settled();
  expect(handled).toEqual(['a batch']);
  expect(await lookIntoDeadLetters(client, url)).toMatchObject({ messages: 0 });
});

it('knows no other queue', async () => {
  await expect(lookIntoDeadLetters(client, `${sqs.endpoint}/000000000000/others`)).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
  });
});
