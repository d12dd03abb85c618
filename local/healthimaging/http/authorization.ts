import { ApiError } from './api-error.ts';

const signature = /^AWS4-HMAC-SHA256 Credential=[^/\s]+\/\d{8}\/[a-z0-9-]+\/([a-z0-9-]+)\/aws4_request,/;

/**
 * Holds a request's Authorization header against Signature Version 4. Any credentials will do and the signature itself
 * is not verified, but a request must be signed, and for this service.
 * @throws ApiError AccessDeniedException
 */
export function authorize(header: string | undefined): void {
  if (header === undefined) throw new ApiError('AccessDeniedException', 'Missing Authentication Token');
  const service = signature.exec(header)?.[1];
  if (service !== 'medical-imaging') {
    throw new ApiError('AccessDeniedException', "Credential should be scoped to correct service: 'medical-imaging'");
  }
}
