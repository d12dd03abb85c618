/** S3 answered a request of ours with an error. Reads like an error of the SDK, so that both are judged alike. */
export class S3AnswerError extends Error {
  override readonly name: string;
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(code: string, status: number) {
    super(`S3 answered ${code} (${status})`);
    this.name = code;
    this.$metadata = { httpStatusCode: status };
  }
}

/** How S3 says that a request came later than its signature is good; the code is AccessDenied. */
const EXPIRED = /<Message>Request has expired<\/Message>/;

/**
 * The error in an answer whose status is not a success. An answer without an error document comes from something in
 * between, or had its body lost; it is called by its status.
 */
export function errorIn(status: number, document: string): S3AnswerError {
  const code = EXPIRED.test(document) ? 'RequestExpired' : /<Code>([A-Za-z0-9.]{1,64})<\/Code>/.exec(document)?.[1];
  return new S3AnswerError(code ?? `Status${status}`, status);
}
