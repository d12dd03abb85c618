/** An error of the Step Functions API: its `__type` and message (API reference, "Errors" of each action). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
