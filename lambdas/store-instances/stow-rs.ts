import type { MedicalImagingClient } from '@aws-sdk/client-medical-imaging';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import type { InstanceOutlet } from './instance-outlet.ts';
import { multipartBody, multipartType } from './multipart-body.ts';
import { parseStowAnswer } from './stow-answer.ts';

export interface StowRsOptions {
  /** Credentials, region and hash are those of the SDK's client, which has no command for this. */
  readonly config: Pick<MedicalImagingClient['config'], 'credentials' | 'region' | 'sha256'>;
  readonly endpoint: string;
  readonly newBoundary: () => string;
  /** How long one request may take. */
  readonly deadlineMs: number;
}

/** These have a body that says of each instance what became of it (PS3.18 10.5.3), unless they name an error of AWS's. */
const answered = [200, 202, 409];
/** Not now, but perhaps soon: too much at once, or, by AWS's Conflict, something else at work on the same image set. */
const passing = [409, 429, 503];

/**
 * StoreDICOM of HealthImaging's DICOMweb ("Storing instances with STOW-RS" of the guide): a POST that is signed for
 * `medical-imaging`, payload included.
 */
export function stowRs({ config, endpoint, newBoundary, deadlineMs }: StowRsOptions): InstanceOutlet {
  const { protocol, hostname, port, host, origin } = new URL(endpoint);
  const signer = new SignatureV4({
    service: 'medical-imaging',
    region: config.region,
    credentials: config.credentials,
    sha256: config.sha256,
  });

  const sign = async (path: string, headers: Readonly<Record<string, string>>, body: Uint8Array) => {
    const signed = await signer.sign(
      new HttpRequest({
        method: 'POST',
        protocol,
        hostname,
        ...(port === '' ? {} : { port: Number(port) }),
        path,
        headers: { ...headers, host },
        body,
      }),
    );
    const { host: _host, ...sent } = signed.headers;
    return sent;
  };

  return {
    store: async (datastoreId, files) => {
      const boundary = newBoundary();
      const body = multipartBody(files, boundary);
      const path = `/datastore/${datastoreId}/studies`;
      const headers = { accept: 'application/dicom+json', 'content-type': multipartType(boundary) };
      const response = await send(`${origin}${path}`, {
        method: 'POST',
        headers: await sign(path, headers, body),
        body,
        signal: AbortSignal.timeout(deadlineMs),
      });
      if (answered.includes(response.status) && response.error === undefined) return parseStowAnswer(response.text);
      throw faultOf(response);
    },
  };
}

interface Response {
  readonly status: number;
  /** The name of the error, as AWS gives it in a header. */
  readonly error: string | undefined;
  readonly text: string;
}

async function send(url: string, request: RequestInit): Promise<Response> {
  try {
    const response = await fetch(url, request);
    const error = response.headers.get('x-amzn-errortype') ?? undefined;
    return { status: response.status, error, text: await response.text() };
  } catch (error) {
    throw new PipelineFault('IMPORT_UNAVAILABLE', 'STOW-RS gave no answer', error);
  }
}

const MAX_NAME_CHARACTERS = 100;

/** Says nothing of the body of the answer, which may quote values of the instance. */
function faultOf({ status, error = 'no error type' }: Response): PipelineFault {
  const reason = `STOW-RS answered ${status} (${error.slice(0, MAX_NAME_CHARACTERS)})`;
  if (passing.includes(status)) return new PipelineFault('IMPORT_THROTTLED', reason);
  return new PipelineFault(status >= 500 ? 'IMPORT_UNAVAILABLE' : 'IMPORT_REFUSED', reason);
}
