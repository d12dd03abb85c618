/** An invocation as the runtime's thread receives it: the event as JSON text, as Lambda passes it. */
export interface InvocationRequest {
  readonly id: number;
  readonly event: string;
}

/** What a function answered: a result as JSON text, or the error that Lambda would report. */
export type InvocationAnswer =
  | { readonly id: number; readonly result: string }
  | { readonly id: number; readonly error: LambdaError };

/** The error object of Lambda's response to a failed invocation. */
export interface LambdaError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** A function failed. `name` is the errorType; `message` the error object as JSON, which Step Functions calls Cause. */
export class FunctionError extends Error {
  override readonly name: string;
  readonly lambdaError: LambdaError;

  constructor(lambdaError: LambdaError) {
    super(JSON.stringify(lambdaError));
    this.name = lambdaError.errorType;
    this.lambdaError = lambdaError;
  }
}
