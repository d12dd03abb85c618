import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** SQS keeps no message longer. */
const RETENTION = Duration.days(14);

export interface QueueEncryptionProps {
  /**
   * A key of the customer's.
   * @default - SSE-SQS
   */
  readonly encryptionKey?: IKey;
}

export interface GuardedQueueProps extends QueueEncryptionProps {
  readonly visibilityTimeout: Duration;
  readonly maxReceiveCount: number;
}

/** A queue and the queue of its dead letters, from which messages can be sent back to it. */
export function guardedQueue(
  scope: Construct,
  { visibilityTimeout, maxReceiveCount, ...encryption }: GuardedQueueProps,
): { readonly queue: Queue; readonly deadLetters: Queue } {
  const deadLetters = deadLetterQueue(scope, 'DeadLetters', encryption);
  const queue = new Queue(scope, 'Queue', {
    ...protection(encryption),
    visibilityTimeout,
    deadLetterQueue: { queue: deadLetters, maxReceiveCount },
  });
  return { queue, deadLetters };
}

/** Where messages end that could not be delivered. */
export function deadLetterQueue(scope: Construct, id: string, encryption: QueueEncryptionProps): Queue {
  return new Queue(scope, id, protection(encryption));
}

const protection = ({ encryptionKey }: QueueEncryptionProps): QueueProps => ({
  enforceSSL: true,
  retentionPeriod: RETENTION,
  ...(encryptionKey === undefined
    ? { encryption: QueueEncryption.SQS_MANAGED }
    : { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }),
});
