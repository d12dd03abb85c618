import type { Answer } from '../answer.ts';
import type { CreationReason } from '../object-created.ts';
import type { S3Request } from '../request.ts';
import type { ObjectRecord } from '../storage/object-record.ts';
import type { Storage } from '../storage/storage.ts';
import type { Payload } from '../wire/payload.ts';

/** What an operation works with. */
export interface OperationContext {
  readonly request: S3Request;
  readonly payload: Payload;
  readonly storage: Storage;
  readonly region: string;
  readonly accountId: string;
  readonly newId: () => string;
  /** To be called once an object is durable. */
  readonly created: (reason: CreationReason, record: ObjectRecord) => void;
}

/** One operation: an answer, or an S3Error thrown. */
export type Operation = (context: OperationContext) => Promise<Answer>;
