import type { QueueSettings } from '../../cdk/pipeline/events.ts';
import type { Clock, Schedule, Timer } from '../../core/clock.ts';
import type { SqsBatchResponse, SqsEvent, SqsRecord } from './sqs-event.ts';

export interface LocalQueueOptions {
  readonly name: string;
  readonly settings: Pick<QueueSettings, 'maxReceiveCount' | 'batchSize'>;
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly newId: () => string;
  /** How long a message that was not handled stays hidden, after it was handed out so many times. */
  readonly redeliveryDelayMs: (receives: number) => number;
  readonly consume: (event: SqsEvent) => Promise<SqsBatchResponse | undefined>;
  /** A message was handed out as often as is allowed and never handled. */
  readonly onDeadLetter: (body: string) => void;
}

/** Dead letters that are kept to be sent back; the oldest make room. */
const MAX_DEAD_LETTERS = 1_000;

interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly sentAtMs: number;
  readonly receives: number;
}

/**
 * An SQS queue and the event source mapping behind it: at-least-once delivery, in batches, one batch at a time. What the
 * consumer does not handle comes again later, and in the end goes to the dead-letter queue. Nothing outlives the
 * process.
 */
export class LocalQueue {
  readonly #options: LocalQueueOptions;
  #visible: Message[] = [];
  readonly #hidden = new Map<Message, Timer>();
  readonly #dead: Message[] = [];
  #consuming = false;
  #closed = false;

  constructor(options: LocalQueueOptions) {
    this.#options = options;
  }

  /** How many messages have neither been handled nor given up. */
  get depth(): number {
    return this.#visible.length + this.#hidden.size + (this.#consuming ? 1 : 0);
  }

  /** How many messages were given up and not sent back since. */
  get deadLetters(): number {
    return this.#dead.length;
  }

  /** Hands out what was given up as if it were new. */
  sendBackDeadLetters(): void {
    this.#visible.push(...this.#dead.splice(0).map((message) => ({ ...message, receives: 0 })));
    this.#pump();
  }

  send(body: string): void {
    const { newId, clock } = this.#options;
    this.#visible.push({ messageId: newId(), body, sentAtMs: clock.nowMs(), receives: 0 });
    this.#pump();
  }

  /** Hands out nothing more. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#hidden.values()) timer.cancel();
  }

  async #pump(): Promise<void> {
    if (this.#consuming) return;
    this.#consuming = true;
    while (this.#visible.length > 0 && !this.#closed) {
      const { settings } = this.#options;
      const batch = this.#visible.splice(0, settings.batchSize).map((one) => ({ ...one, receives: one.receives + 1 }));
      const failed = await this.#consume(batch);
      for (const message of batch.filter(({ messageId }) => failed.has(messageId))) this.#return(message);
    }
    this.#consuming = false;
  }

  /** The ids of the messages that were not handled. */
  async #consume(batch: readonly Message[]): Promise<ReadonlySet<string>> {
    try {
      const response = await this.#options.consume({ Records: batch.map((message) => this.#recordOf(message)) });
      return new Set((response?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier));
    } catch {
      // A function that fails as a whole has handled nothing.
      return new Set(batch.map(({ messageId }) => messageId));
    }
  }

  #return(message: Message): void {
    const { settings, onDeadLetter, schedule, redeliveryDelayMs } = this.#options;
    if (message.receives >= settings.maxReceiveCount) {
      this.#dead.push(message);
      if (this.#dead.length > MAX_DEAD_LETTERS) this.#dead.shift();
      onDeadLetter(message.body);
      return;
    }
    const timer = schedule(redeliveryDelayMs(message.receives), () => {
      this.#hidden.delete(message);
      this.#visible.push(message);
      this.#pump();
    });
    this.#hidden.set(message, timer);
  }

  #recordOf({ messageId, body, sentAtMs, receives }: Message): SqsRecord {
    const { name, clock } = this.#options;
    return {
      messageId,
      receiptHandle: messageId,
      body,
      attributes: {
        ApproximateReceiveCount: String(receives),
        SentTimestamp: String(sentAtMs),
        SenderId: 'events.amazonaws.com',
        ApproximateFirstReceiveTimestamp: String(clock.nowMs()),
      },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${name}`,
      awsRegion: 'us-east-1',
    };
  }
}
