import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Emulator } from '../emulator.ts';
import { ApiError } from './api-error.ts';

/** The answer to a request that succeeded: JSON, or bytes. */
export type ApiReply =
  | { readonly kind: 'json'; readonly body: object; readonly status?: number; readonly contentType?: string }
  | {
      readonly kind: 'bytes';
      readonly body: Uint8Array | Readable;
      readonly contentType: string;
      readonly contentEncoding?: string;
    };

/** An operation: takes the members of its input, wherever in the request they came from. */
export type Operation = (emulator: Emulator, input: unknown) => Promise<ApiReply>;

/** An operation whose input is checked first. */
export function operation<Schema extends z.ZodType>(
  schema: Schema,
  run: (emulator: Emulator, input: z.output<Schema>) => Promise<ApiReply>,
): Operation {
  return async (emulator, input) => {
    const parsed = schema.safeParse(input);
    if (!parsed.success) throw new ApiError('ValidationException', validationMessage(parsed.error));
    return run(emulator, parsed.data);
  };
}

export function json(body: object): ApiReply {
  return { kind: 'json', body };
}

/** In the words of AWS: "1 validation error detected: Value at 'jobName' failed to satisfy constraint: ..." */
function validationMessage({ issues }: z.core.$ZodError): string {
  const count = issues.length === 1 ? '1 validation error' : `${issues.length} validation errors`;
  const texts = issues.map(
    ({ path, message }) => `Value at '${path.join('.')}' failed to satisfy constraint: ${message}`,
  );
  return `${count} detected: ${texts.join('; ')}`;
}
