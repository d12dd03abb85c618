import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { agentOptions, type ConnectionOptions, dropIdle } from './connections.ts';

/**
 * The SDK's client, which by itself waits on a dead connection for as long as it is let: here a request whose connection
 * stands still is repeated on a new one.
 */
export function patientClient(config: S3ClientConfig, connections: ConnectionOptions): S3Client {
  const { stallMs } = connections;
  const options = agentOptions(connections);
  const [httpAgent, httpsAgent] = [new HttpAgent(options), new HttpsAgent(options)];
  const requestHandler = { httpAgent, httpsAgent, connectionTimeout: stallMs, socketTimeout: stallMs };
  const client = new S3Client({ ...config, requestHandler });
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (error instanceof Error && error.name === 'TimeoutError')
          for (const agent of [httpAgent, httpsAgent]) dropIdle(agent);
        throw error;
      }
    },
    { step: 'deserialize', name: 'dropIdleAfterStall', priority: 'low' },
  );
  return client;
}
