/** The event with which Lambda hands messages of a queue to a function ("Using Lambda with Amazon SQS"). */
export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}

export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, never>>;
  readonly eventSource: 'aws:sqs';
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

/** What a function answers that reports which messages it did not handle. */
export interface SqsBatchResponse {
  readonly batchItemFailures?: readonly { readonly itemIdentifier: string }[];
}
