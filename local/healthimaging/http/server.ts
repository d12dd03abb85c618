import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { ApiError } from './api-error.ts';
import type { ApiReply } from './api-request.ts';
import { authorize } from './authorization.ts';
import type { OperationName } from './operation-name.ts';
import { matchRoute } from './route.ts';

const maxBodyBytes = 1024 * 1024;
/** These take instances where the others take JSON. */
const storing: readonly OperationName[] = ['StoreDICOM', 'StoreDICOMStudy'];

/** Runs an operation; throws ApiError to refuse it. */
export type Dispatch = (operation: OperationName, input: Readonly<Record<string, unknown>>) => Promise<ApiReply>;

/**
 * An HTTP server for the service's REST-JSON protocol and for STOW-RS, whatever host name it is asked by. It does not
 * listen yet.
 * @param maxStoreBytes what one request may bring to be stored
 */
export function createApiServer(
  dispatch: Dispatch,
  newRequestId: () => string,
  maxStoreBytes: number,
  onError: (error: unknown) => void,
): Server {
  return createServer((request, response) => {
    response.setHeader('x-amzn-requestid', newRequestId());
    answer(request, response, dispatch, maxStoreBytes).catch((error: unknown) => {
      if (!(error instanceof ApiError)) onError(error);
      refuse(response, error instanceof ApiError ? error : new ApiError('InternalServerException', 'Internal error'));
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  dispatch: Dispatch,
  maxStoreBytes: number,
): Promise<void> {
  // The raw target, not a URL's pathname: an ARN in a path holds encoded slashes.
  const [path = '', query] = (request.url ?? '').split('?', 2);
  const route = matchRoute(request.method ?? '', path);
  const isStoring = route !== undefined && storing.includes(route.operation);
  const body = isStoring ? await readInstances(request, maxStoreBytes) : await readBody(request);
  if (route === undefined) throw new ApiError('ResourceNotFoundException', 'No operation has this method and path');
  authorize(request.headers.authorization);
  const reply = await dispatch(route.operation, { ...body, ...queryMembers(query), ...route.params });
  await send(response, reply);
}

/** The body as it is, and the headers that say how it is to be read. */
async function readInstances(request: IncomingMessage, maxBytes: number): Promise<Readonly<Record<string, unknown>>> {
  const body = await readBytes(request, maxBytes);
  const { 'content-type': contentType, 'x-amz-content-sha256': contentSha256 } = request.headers;
  return { body, contentType, contentSha256 };
}

async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new ApiError('ValidationException', 'The request body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const text = (await readBytes(request, maxBodyBytes)).toString('utf8');
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Told below, with what is JSON and no object.
  }
  throw new ApiError('ValidationException', 'The request body is not a JSON object');
}

function queryMembers(query: string | undefined): Readonly<Record<string, unknown>> {
  const parameters = new URLSearchParams(query);
  const names = new Set(parameters.keys());
  return Object.fromEntries(
    [...names].map((name) => [name, name === 'tagKeys' ? parameters.getAll(name) : parameters.get(name)]),
  );
}

async function send(response: ServerResponse, reply: ApiReply): Promise<void> {
  if (reply.kind === 'json') {
    const { status = 200, contentType = 'application/json' } = reply;
    response.writeHead(status, { 'content-type': contentType }).end(JSON.stringify(reply.body));
    return;
  }
  const { body, contentType, contentEncoding } = reply;
  response.writeHead(200, {
    'content-type': contentType,
    ...(contentEncoding !== undefined && { 'content-encoding': contentEncoding }),
  });
  if (body instanceof Uint8Array) response.end(body);
  else await pipeline(body, response);
}

function refuse(response: ServerResponse, error: ApiError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response
    .writeHead(error.status, { 'content-type': 'application/json', 'x-amzn-errortype': error.code })
    .end(JSON.stringify({ message: error.message }));
}
