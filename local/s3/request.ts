import { S3Error } from './s3-error.ts';
import { parseQuery, uriDecode } from './wire/uri.ts';

/** The head of a request, read but not yet judged. Header names are lower case. */
export interface S3Request {
  readonly method: string;
  /** Decoded path, from the first slash. */
  readonly path: string;
  /** Empty for the service itself. */
  readonly bucket: string;
  /** Empty for a bucket. */
  readonly key: string;
  readonly queryPairs: readonly (readonly [string, string])[];
  readonly query: ReadonlyMap<string, string>;
  readonly headers: ReadonlyMap<string, string>;
  readonly sourceIp: string;
}

const maxKeyBytes = 1024;

/** Reads a path-style request. `rawHeaders` is Node's flat list of names and values. */
export function parseRequest(method: string, url: string, rawHeaders: readonly string[], sourceIp: string): S3Request {
  if (!url.startsWith('/')) throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  const question = url.indexOf('?');
  const path = uriDecode(question < 0 ? url : url.slice(0, question));
  const queryPairs = parseQuery(question < 0 ? '' : url.slice(question + 1));
  const slash = path.indexOf('/', 1);
  const key = slash < 0 ? '' : path.slice(slash + 1);
  if (Buffer.byteLength(key) > maxKeyBytes) {
    throw new S3Error('KeyTooLongError', 'Your key is too long.', { MaxSizeAllowed: String(maxKeyBytes) });
  }
  return {
    method,
    path,
    bucket: slash < 0 ? path.slice(1) : path.slice(1, slash),
    key,
    queryPairs,
    query: new Map(queryPairs),
    headers: joinHeaders(rawHeaders),
    sourceIp,
  };
}

function joinHeaders(rawHeaders: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    const value = rawHeaders[i + 1] ?? '';
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}
