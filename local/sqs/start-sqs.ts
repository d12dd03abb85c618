import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

const ACCOUNT = '000000000000';
const REGION = 'us-east-1';

/** Messages that a queue gave up. */
export interface DeadLetterBox {
  readonly count: () => number;
  /** Sends them back to where they came from. */
  readonly sendBack: () => void;
}

export interface LocalSqs {
  readonly endpoint: string;
  /** By the names of the boxes. */
  readonly queueUrls: readonly string[];
  readonly close: () => Promise<void>;
}

/** An error of the SQS API (API reference, "Common errors"). */
class SqsFault extends Error {
  override readonly name = 'SqsFault';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Starts an SQS on loopback that serves what is done with queues of dead letters: how many messages there are, and
 * sending them back (AWS JSON 1.0 protocol), for unmodified clients.
 */
export async function startSqs(boxes: ReadonlyMap<string, DeadLetterBox>): Promise<LocalSqs> {
  const boxCalled = (place: string): DeadLetterBox => {
    const box = boxes.get(place.split(/[/:]/).at(-1) ?? '');
    if (box === undefined) throw new SqsFault('QueueDoesNotExist', `there is no queue ${place}`);
    return box;
  };
  const actions: Readonly<Record<string, (body: unknown) => object>> = {
    GetQueueAttributes: (body) => {
      const { QueueUrl } = z.object({ QueueUrl: z.string() }).parse(body);
      const box = boxCalled(QueueUrl);
      return {
        Attributes: {
          QueueArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${QueueUrl.split('/').at(-1)}`,
          ApproximateNumberOfMessages: String(box.count()),
        },
      };
    },
    // Moving takes no time here.
    ListMessageMoveTasks: (body) => {
      boxCalled(sourceSchema.parse(body).SourceArn);
      return { Results: [] };
    },
    StartMessageMoveTask: (body) => {
      boxCalled(sourceSchema.parse(body).SourceArn).sendBack();
      return { TaskHandle: 'local' };
    },
  };

  const answer = async (request: IncomingMessage): Promise<object> => {
    const target = String(request.headers['x-amz-target']);
    const action = actions[target.replace('AmazonSQS.', '')];
    if (action === undefined) throw new SqsFault('UnsupportedOperation', `${target} is not served here`);
    return action(await json(request));
  };
  const server = createServer(async (request, response) => {
    try {
      reply(response, 200, await answer(request));
    } catch (error) {
      const code = error instanceof SqsFault ? error.code : error instanceof z.ZodError ? 'InvalidParameterValue' : '';
      const message = error instanceof Error ? error.message : String(error);
      reply(response, code === '' ? 500 : 400, { __type: code || 'InternalError', message });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    queueUrls: [...boxes.keys()].map((name) => `${endpoint}/${ACCOUNT}/${name}`),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

const sourceSchema = z.object({ SourceArn: z.string() });

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
}
