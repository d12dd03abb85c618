import { z } from 'zod';
import type { OutputText } from './job-output.ts';

/** What one line of a job's output says about one file. */
export type OutputLine = ImportedLine | FailedLine;

export interface ImportedLine {
  readonly outcome: 'imported';
  readonly key: string;
  readonly imageSetId: string | undefined;
  readonly isPrimary: boolean | undefined;
  readonly warnings: readonly string[];
}

export interface FailedLine {
  readonly outcome: 'failed';
  readonly key: string;
  /** `exceptionType: message`. */
  readonly reason: string;
}

const MAX_REASON_CHARACTERS = 500;
const text = z.string().optional().catch(undefined);

const lineSchema = z.object({
  inputFile: z.string().min(1),
  importResponse: z
    .object({
      imageSetId: text,
      isPrimary: z.boolean().optional().catch(undefined),
      warnings: z
        .array(z.object({ type: text }))
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
  exception: z.object({ exceptionType: text, message: text }).optional().catch(undefined),
});

/** Reads a line, or answers undefined when nothing can be made of it: one bad line is no reason to lose the others. */
export function parseOutputLine({ kind, text }: OutputText): OutputLine | undefined {
  const parsed = lineSchema.safeParse(parseLenientJson(text));
  if (!parsed.success) return undefined;
  const { inputFile, importResponse, exception } = parsed.data;
  // The documentation shows keys without their bucket; a URI is taken as well.
  const key = inputFile.replace(/^s3:\/\/[^/]+\//, '');
  if (kind === 'failure') {
    const reason = `${exception?.exceptionType ?? 'Exception'}: ${exception?.message ?? 'no message'}`;
    return { outcome: 'failed', key, reason: reason.slice(0, MAX_REASON_CHARACTERS) };
  }
  const types = (importResponse?.warnings ?? []).map(({ type }) => type ?? 'OTHER');
  const warnings = kind === 'warning' && types.length === 0 ? ['OTHER'] : types;
  return {
    outcome: 'imported',
    key,
    imageSetId: importResponse?.imageSetId,
    isPrimary: importResponse?.isPrimary,
    warnings,
  };
}

/** JSON, or JSON with Python's literals, which the documentation's own samples contain. */
function parseLenientJson(line: string): unknown {
  for (const candidate of [line, withJsonLiterals(line)]) {
    try {
      return JSON.parse(candidate);
    } catch {
      // The next candidate, or no JSON at all.
    }
  }
  return undefined;
}

const withJsonLiterals = (line: string): string =>
  line.replace(/(:\s*)(True|False|None)\b/g, (_, colon: string, literal: string) =>
    literal === 'None' ? `${colon}null` : `${colon}${literal.toLowerCase()}`,
  );
