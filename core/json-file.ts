import type { z } from 'zod';

/** What the text of a JSON file says, or every problem of it in one sentence. */
export function readJson<T>(
  text: string,
  schema: z.ZodType<T>,
): { readonly value: T; readonly problem?: undefined } | { readonly problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problem: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { value: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
  return { problem: problems.join('; ') };
}
