const statuses = {
  AccessDeniedException: 403,
  ConflictException: 409,
  InternalServerException: 500,
  NotImplementedException: 501,
  ResourceNotFoundException: 404,
  ServiceQuotaExceededException: 402,
  ThrottlingException: 429,
  ValidationException: 400,
} as const;

/** The errors of the service model, and one of our own for what is not emulated. */
export type ApiErrorCode = keyof typeof statuses;

/** An answer that the SDK makes into the exception of the same name. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;
  readonly status: number;

  constructor(code: ApiErrorCode, message: string) {
    super(message);
    this.code = code;
    this.status = statuses[code];
  }
}
