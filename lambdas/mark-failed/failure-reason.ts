import { z } from 'zod';

const MAX_REASON_CHARACTERS = 1_000;

/** What a Catch of the state machine hands on. `Cause` is Lambda's error as JSON text, or plain text. */
export const caughtErrorSchema = z.object({ Error: z.string(), Cause: z.string().optional() });

const lambdaErrorSchema = z.object({ errorMessage: z.string() });

/** A caught error as one sentence for people: `<name>: <message>`. */
export function failureReason({ Error: name, Cause: cause }: z.infer<typeof caughtErrorSchema>): string {
  const message = messageOf(cause ?? '');
  const sentence = message === '' || message.startsWith(`${name}:`) ? message || name : `${name}: ${message}`;
  return sentence.slice(0, MAX_REASON_CHARACTERS);
}

function messageOf(cause: string): string {
  try {
    const parsed = lambdaErrorSchema.safeParse(JSON.parse(cause));
    return parsed.success ? parsed.data.errorMessage : cause;
  } catch {
    return cause;
  }
}
