import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, expect, it } from 'vitest';
import { localAccount, localStateMachineArn } from '../../../local/local-account.ts';
import { replayBatch } from '../../../service/operator/replay-batch.ts';
import { newBatchId } from '../../support/sealed-batches.ts';

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Step Functions that knows no execution, and what it was asked to start. */
async function stateMachine() {
  const started: Record<string, unknown>[] = [];
  const server: Server = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const isStart = String(request.headers['x-amz-target']).endsWith('.StartExecution');
    if (isStart) started.push(body);
    response.writeHead(isStart ? 200 : 400, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(isStart ? { executionArn: 'arn', startDate: 1 } : { __type: 'ExecutionDoesNotExist' }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const client = new SFNClient({ ...localAccount, endpoint: `http://127.0.0.1:${port}` });
  ends.push(
    () => client.destroy(),
    () => server.close(),
    () => server.closeAllConnections(),
  );
  return { client, started };
}

it('a replay goes on with the trace of its batch, and has none where the batch has none', async () => {
  const { client, started } = await stateMachine();
  const batch = { batchId: newBatchId(), bucket: 'ingest', status: 'failed' } as const;
  const options = { client, stateMachineArn: localStateMachineArn };
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  expect(await replayBatch({ ...batch, traceparent }, options)).toMatchObject({ outcome: 'started', attempt: 1 });
  expect(await replayBatch(batch, options)).toMatchObject({ outcome: 'started' });
  expect(started.map(({ name, traceHeader }) => [name, traceHeader])).toEqual([
    [`${batch.batchId}-r1`, 'Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1'],
    [`${batch.batchId}-r1`, undefined],
  ]);
});
