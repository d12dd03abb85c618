import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';

/** A queue of messages that were given up. */
export interface DeadLetterQueue {
  readonly url: string;
  readonly arn: string;
  readonly messages: number;
}

export interface Redrive extends DeadLetterQueue {
  /** `running`: messages are being moved already. `empty`: there was nothing to move. */
  readonly outcome: 'started' | 'running' | 'empty';
}

/** How many messages a queue of dead letters holds, as SQS counts them: about. */
export async function lookIntoDeadLetters(client: SQSClient, url: string): Promise<DeadLetterQueue> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn', 'ApproximateNumberOfMessages'] }),
  );
  return {
    url,
    arn: Attributes?.QueueArn ?? '',
    messages: Number(Attributes?.ApproximateNumberOfMessages ?? 0),
  };
}

/** Sends the messages back to the queues that they came from; they are handled again from there, safely twice. */
export async function redriveDeadLetters(client: SQSClient, url: string): Promise<Redrive> {
  const queue = await lookIntoDeadLetters(client, url);
  if (queue.messages === 0) return { ...queue, outcome: 'empty' };
  const { Results } = await client.send(new ListMessageMoveTasksCommand({ SourceArn: queue.arn, MaxResults: 1 }));
  if (Results?.[0]?.Status === 'RUNNING') return { ...queue, outcome: 'running' };
  await client.send(new StartMessageMoveTaskCommand({ SourceArn: queue.arn }));
  return { ...queue, outcome: 'started' };
}
