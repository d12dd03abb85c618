import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { studyNotices } from '../../../lambdas/studies/sns-notices.ts';
import type { StudyNotice } from '../../../lambdas/studies/study-notices.ts';

const notice: StudyNotice = {
  version: 1,
  datastoreId: 'd'.repeat(32),
  studyInstanceUid: '1.2',
  state: 'attention',
  received: 3,
  imported: 1,
  warned: 0,
  failed: 2,
  unaccounted: 0,
  imageSets: 1,
  nonPrimaryImageSetIds: ['beside'],
};
const topicArn = 'arn:aws:sns:us-east-1:000000000000:studies';

/** What SNS is asked, by the real client. It answers with a status, again and again. */
async function startSns(status: number) {
  const requests: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    requests.push(new URLSearchParams(Buffer.concat(await request.toArray()).toString('utf8')));
    response.writeHead(status, { 'content-type': 'text/xml' });
    response.end(
      status === 200
        ? '<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>'
        : '<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>no</Message></Error></ErrorResponse>',
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  vi.stubEnv('AWS_ENDPOINT_URL_SNS', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'any');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'any');
  return {
    requests,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

let sns: Awaited<ReturnType<typeof startSns>> | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await sns?.close();
  sns = undefined;
});

describe('notices of studies on SNS', () => {
  it('are the notice as JSON, with its state as an attribute to filter by', async () => {
    sns = await startSns(200);
    await studyNotices(topicArn).publish(notice);
    const [request] = sns.requests;
    expect(sns.requests).toHaveLength(1);
    expect([request?.get('Action'), request?.get('TopicArn')]).toEqual(['Publish', topicArn]);
    expect(JSON.parse(request?.get('Message') ?? '')).toEqual(notice);
    const attribute = 'MessageAttributes.entry.1';
    expect([
      request?.get(`${attribute}.Name`),
      request?.get(`${attribute}.Value.DataType`),
      request?.get(`${attribute}.Value.StringValue`),
      request?.get('MessageAttributes.entry.2.Name'),
    ]).toEqual(['state', 'String', 'attention', null]);
  });

  it('hold nothing up unsaid when SNS refuses them', async () => {
    sns = await startSns(403);
    await expect(studyNotices(topicArn).publish(notice)).rejects.toMatchObject({ name: 'AuthorizationErrorException' });
  });

  it('go nowhere without a topic', async () => {
    sns = await startSns(200);
    await studyNotices(undefined).publish(notice);
    expect(sns.requests).toEqual([]);
  });
});
