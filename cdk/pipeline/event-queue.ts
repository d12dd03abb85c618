import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EventRoute } from './events.ts';
import { guardedQueue } from './guarded-queue.ts';

export interface EventQueueProps {
  readonly route: EventRoute;
  readonly consumer: LambdaFunction;
  readonly encryptionKey?: IKey;
}

/** How many invocations one queue may have under way: a backlog must not take the account's whole concurrency. */
const MAX_CONCURRENCY = 10;

/** The way of one kind of event: rule, queue, function. What cannot be delivered or handled ends in the dead letters. */
export class EventQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { route, consumer, encryptionKey }: EventQueueProps) {
    super(scope, id);
    const { pattern, queue: settings } = route;
    const { queue, deadLetters } = guardedQueue(this, {
      visibilityTimeout: Duration.seconds(settings.visibilityTimeoutSeconds),
      maxReceiveCount: settings.maxReceiveCount,
      ...(encryptionKey === undefined ? {} : { encryptionKey }),
    });
    this.queue = queue;
    this.deadLetters = deadLetters;

    // EventBridge refuses a pattern with an empty object in it.
    const detail = Object.keys(pattern.detail).length === 0 ? {} : { detail: { ...pattern.detail } };
    new Rule(this, 'Rule', {
      eventPattern: { source: [...pattern.source], detailType: [...pattern.detailType], ...detail },
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });

    consumer.addToRolePolicy(
      new PolicyStatement({
        actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        resources: [queue.queueArn],
      }),
    );
    new EventSourceMapping(this, 'Consumer', {
      target: consumer,
      eventSourceArn: queue.queueArn,
      batchSize: settings.batchSize,
      reportBatchItemFailures: true,
      maxConcurrency: MAX_CONCURRENCY,
    });
  }
}
