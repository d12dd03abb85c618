import { S3Client } from '@aws-sdk/client-s3';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';

/** An emulator of AWS that others wrote, and how clients of AWS reach it. */
export interface EmulatedAws {
  readonly endpoint: string;
  readonly region: string;
  /** What points unmodified clients of AWS at the emulator. */
  readonly environment: Readonly<Record<string, string>>;
}

export const emulatedAws = (endpoint: string): EmulatedAws => {
  const region = 'us-east-1';
  // Buckets are addressed by path at an address, and as hosts below a name.
  const reached = endpoint.replace('//localhost', '//127.0.0.1').replace(/\/$/, '');
  return {
    endpoint: reached,
    region,
    environment: {
      AWS_ENDPOINT_URL: reached,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  };
};

export interface AwsRequest {
  /** As in the credential scope of the signature. */
  readonly service: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What an SDK client takes to reach the emulator. */
export const clientOf = ({ endpoint, region }: EmulatedAws) => ({
  endpoint,
  region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/**
 * Asks a service of the emulator whose SDK client this repository has no other use for.
 * @returns the text of the answer
 * @throws Error with the answer when it is not of 2xx
 */
export async function askAws(aws: EmulatedAws, { service, method, path, headers = {}, body }: AwsRequest) {
  const { hostname, port, protocol, host } = new URL(aws.endpoint);
  const { credentials, sha256 } = new S3Client(clientOf(aws)).config;
  const signer = new SignatureV4({ service, region: aws.region, credentials, sha256 });
  const [pathname = '/', search = ''] = path.split('?');
  const request = new HttpRequest({
    method,
    protocol,
    hostname,
    port: Number(port),
    path: pathname,
    query: Object.fromEntries(new URLSearchParams(search)),
    headers: { host, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const signed = await signer.sign(request);
  const answer = await fetch(`${aws.endpoint}${path}`, {
    method,
    headers: signed.headers,
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${service} answered ${answer.status} to ${method} ${path}: ${text}`);
  return text;
}

/** Asks a service of the JSON protocol. @param target e.g. `AWSEvents.PutEvents` */
export async function askJson(aws: EmulatedAws, service: string, target: string, input: object): Promise<unknown> {
  const answer = await askAws(aws, {
    service,
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    body: JSON.stringify(input),
  });
  return answer === '' ? {} : JSON.parse(answer);
}

/** Asks a service of the query protocol. @returns XML */
export const askQuery = (
  aws: EmulatedAws,
  service: string,
  version: string,
  action: string,
  input: Readonly<Record<string, string>> = {},
): Promise<string> =>
  askAws(aws, {
    service,
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Action: action, Version: version, ...input }).toString(),
  });

/** The account that the emulator takes its callers to be of. */
export async function accountOf(aws: EmulatedAws): Promise<string> {
  const identity = await askQuery(aws, 'sts', '2011-06-15', 'GetCallerIdentity');
  const [, accountId] = /<Account>(\d{12})<\/Account>/.exec(identity) ?? [];
  if (accountId === undefined) throw new Error(`STS names no account: ${identity}`);
  return accountId;
}
