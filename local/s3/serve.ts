import type { Clock, Schedule } from '../../core/clock.ts';
import { type Answer, errorBody } from './answer.ts';
import type { Exchange } from './exchange.ts';
import type { Fault, Faults } from './fault.ts';
import { type ObjectCreatedEvent, objectCreatedEvent } from './object-created.ts';
import { type OperationName, operationOf } from './operation.ts';
import type { OperationContext } from './operations/operation-context.ts';
import { operations } from './operations/operations.ts';
import { parseRequest, type S3Request } from './request.ts';
import { S3Error } from './s3-error.ts';
import type { Storage } from './storage/storage.ts';
import { authorize, type Credentials } from './wire/authorize.ts';
import { payloadOf } from './wire/payload.ts';

export interface Service {
  readonly storage: Storage;
  readonly credentials: readonly Credentials[] | 'any';
  readonly region: string;
  readonly accountId: string;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly schedule: Schedule;
  readonly newId: () => string;
  readonly onEvent: (event: ObjectCreatedEvent) => void;
  /** Absent when nothing is to go wrong: counting attempts takes memory. */
  readonly faults: Faults | undefined;
}

/** Answers one request, whatever becomes of it. */
export async function serve(service: Service, exchange: Exchange): Promise<void> {
  const requestId = service.newId();
  const { method = '', url = '', rawHeaders, socket } = exchange.incoming;
  const date = new Date(service.clock.nowMs()).toUTCString();
  const commonHeaders = { date, 'x-amz-request-id': requestId, 'x-amz-id-2': requestId };
  try {
    const request = parseRequest(method, url, rawHeaders, socket.remoteAddress ?? '');
    const outcome = await perform(service, exchange, request, requestId);
    if (outcome === 'lost') exchange.reset();
    else await exchange.send({ ...outcome, headers: { ...outcome.headers, ...commonHeaders } });
  } catch (error) {
    if (exchange.isAnswered) return exchange.reset();
    const told = error instanceof S3Error ? error : internalError(error);
    const path = url.split('?')[0] ?? '';
    const body = method === 'HEAD' ? {} : { body: errorBody(told, path, requestId) };
    await exchange.send({ status: told.status, headers: commonHeaders, ...body });
  }
}

async function perform(
  service: Service,
  exchange: Exchange,
  request: S3Request,
  requestId: string,
): Promise<Answer | 'lost'> {
  const operation = operationOf(request);
  const signing = authorize(request, service.credentials, service.region, service.clock.nowMs());
  requireOwner(request, service.accountId);
  const fault = faultOf(service, operation, request);
  exchange.fault = fault;
  if (fault?.kind === 'error' && fault.when === 'before') throw injected(fault.code);
  if (fault?.kind === 'error-in-200') {
    return { status: 200, headers: {}, body: errorBody(injected(fault.code), request.path, requestId) };
  }
  const answer = await operations[operation]({
    request,
    payload: payloadOf(request, signing, () => exchange.body()),
    storage: service.storage,
    region: service.region,
    accountId: service.accountId,
    newId: service.newId,
    created: creationReporter(service, request, requestId),
  });
  if (fault?.kind === 'delay') await exchange.pause(fault.delayMs, service.schedule);
  return afterwards(fault, answer);
}

async function afterwards(fault: Fault | undefined, answer: Answer): Promise<Answer | 'lost'> {
  const isReplaced = fault?.kind === 'lose-answer' || fault?.kind === 'error';
  if (isReplaced && typeof answer.body === 'object') await answer.body.file.close();
  if (fault?.kind === 'error') throw injected(fault.code);
  return fault?.kind === 'lose-answer' ? 'lost' : answer;
}

function creationReporter(service: Service, request: S3Request, requestId: string): OperationContext['created'] {
  const { accountId, region } = service;
  return (reason, { sizeBytes, etag, lastModifiedMs }) => {
    const { bucket, key, sourceIp } = request;
    const creation = { bucket, key, sourceIp, sizeBytes, etag, lastModifiedMs, reason, requestId };
    service.onEvent(objectCreatedEvent(creation, { eventId: service.newId(), accountId, region }));
  };
}

function faultOf(service: Service, operation: OperationName, request: S3Request): Fault | undefined {
  const { bucket, key } = request;
  const partNumber = request.query.get('partNumber');
  return service.faults?.of({
    operation,
    bucket,
    key,
    ...(partNumber === undefined ? {} : { partNumber: Number(partNumber) }),
  });
}

function requireOwner(request: S3Request, accountId: string): void {
  for (const header of ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner']) {
    const expected = request.headers.get(header);
    if (expected !== undefined && expected !== accountId) throw new S3Error('AccessDenied', 'Access Denied');
  }
}

function injected(code: S3Error['code']): S3Error {
  return new S3Error(code, 'We encountered an internal error. Please try again. (Injected fault.)');
}

function internalError(error: unknown): S3Error {
  const why = error instanceof Error ? error.message : String(error);
  return new S3Error('InternalError', `We encountered an internal error. Please try again. (${why})`);
}
