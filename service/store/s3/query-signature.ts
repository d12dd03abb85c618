import { createHash, createHmac } from 'node:crypto';

export interface SignedParts {
  readonly method: string;
  /** Percent-encoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** All that are signed, `host` among them; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface SigningIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface SignatureTerms {
  readonly region: string;
  /** Milliseconds since the epoch, by the store's clock. */
  readonly atMs: number;
  readonly expiresInSeconds: number;
}

/**
 * SigV4 signatures in the query for S3 ("Authenticating Requests: Using Query Parameters"), whose payload is not signed.
 * The SDK's own take several times as long, for each image that is stored.
 */
export class QuerySignature {
  #keyFor = '';
  #key = Buffer.alloc(0);

  /** @returns the whole query, encoded, without its question mark */
  of({ method, path, query, headers }: SignedParts, identity: SigningIdentity, terms: SignatureTerms): string {
    const { region, atMs, expiresInSeconds } = terms;
    const timestamp = `${new Date(atMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    const scope = `${timestamp.slice(0, 8)}/${region}/s3/aws4_request`;
    const names = Object.keys(headers).sort();
    const signedHeaders = names.join(';');
    const parameters: Readonly<Record<string, string>> = {
      ...query,
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `${identity.accessKeyId}/${scope}`,
      'X-Amz-Date': timestamp,
      'X-Amz-Expires': String(expiresInSeconds),
      'X-Amz-SignedHeaders': signedHeaders,
      ...(identity.sessionToken === undefined ? {} : { 'X-Amz-Security-Token': identity.sessionToken }),
    };
    const text = Object.keys(parameters)
      .sort()
      .map((name) => `${uriEncode(name)}=${uriEncode(parameters[name] ?? '')}`)
      .join('&');
    let canonical = `${method}\n${path}\n${text}\n`;
    for (const name of names) canonical += `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`;
    canonical += `\n${signedHeaders}\nUNSIGNED-PAYLOAD`;
    const hashed = createHash('sha256').update(canonical).digest('hex');
    const signature = createHmac('sha256', this.#keyOf(identity, scope))
      .update(`AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${hashed}`)
      .digest('hex');
    return `${text}&X-Amz-Signature=${signature}`;
  }

  /** The key of a day, kept while nothing changes. */
  #keyOf({ secretAccessKey }: SigningIdentity, scope: string): Buffer {
    const keyFor = `${secretAccessKey}/${scope}`;
    if (keyFor !== this.#keyFor) {
      this.#key = scope
        .split('/')
        .reduce((key, part) => createHmac('sha256', key).update(part).digest(), Buffer.from(`AWS4${secretAccessKey}`));
      this.#keyFor = keyFor;
    }
    return this.#key;
  }
}

/** RFC 3986 unreserved characters stay, as SigV4 wants it. */
export const uriEncode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
