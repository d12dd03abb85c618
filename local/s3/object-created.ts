/** Why an object came to be (S3 user guide, "EventBridge event message structure"). */
export type CreationReason = 'PutObject' | 'CopyObject' | 'CompleteMultipartUpload';

/** S3's "Object Created" event as EventBridge delivers it. The key is not URL-encoded. */
export interface ObjectCreatedEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'Object Created';
  readonly source: 'aws.s3';
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: {
    readonly version: '0';
    readonly bucket: { readonly name: string };
    readonly object: {
      readonly key: string;
      readonly size: number;
      readonly etag: string;
      readonly sequencer: string;
    };
    readonly 'request-id': string;
    readonly requester: string;
    readonly 'source-ip-address': string;
    readonly reason: CreationReason;
  };
}

export interface Creation {
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly reason: CreationReason;
  readonly requestId: string;
  readonly sourceIp: string;
}

/** The event of one creation. The sequencer grows with every write, also over restarts. */
export function objectCreatedEvent(
  creation: Creation,
  origin: { readonly eventId: string; readonly accountId: string; readonly region: string },
): ObjectCreatedEvent {
  return {
    version: '0',
    id: origin.eventId,
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: origin.accountId,
    time: new Date(creation.lastModifiedMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: origin.region,
    resources: [`arn:aws:s3:::${creation.bucket}`],
    detail: {
      version: '0',
      bucket: { name: creation.bucket },
      object: {
        key: creation.key,
        size: creation.sizeBytes,
        etag: creation.etag,
        sequencer: creation.lastModifiedMs.toString(16).toUpperCase().padStart(16, '0'),
      },
      'request-id': creation.requestId,
      requester: origin.accountId,
      'source-ip-address': creation.sourceIp,
      reason: creation.reason,
    },
  };
}
