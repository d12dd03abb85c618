import type { Config } from '../../../core/config-schema.ts';
import type { CliContext } from '../context.ts';

/** `skipped`: not set up here, so there is nothing to look at. */
export type Health = 'well' | 'doubtful' | 'ill' | 'skipped';

/** What a check found, and what to do about it unless it is well. */
export interface Finding {
  readonly health: Health;
  readonly detail: string;
  readonly remedy?: string;
}

/** One thing that must be right. */
export interface Check {
  readonly name: string;
  /** What to do when it fails by an error of AWS or of the system. */
  readonly remedy: string;
  readonly look: (patient: Patient) => Promise<Finding>;
}

/** Whose health is looked after. */
export interface Patient extends Pick<CliContext, 'aws' | 'clock' | 'environment' | 'newUid'> {
  /** Undefined: it cannot be used. */
  readonly config: Config | undefined;
  /** Whether objects may be written for a try, and taken away. */
  readonly write: boolean;
}

export interface Diagnosis extends Finding {
  readonly name: string;
}

export const well = (detail: string): Finding => ({ health: 'well', detail });
export const skipped = (detail: string): Finding => ({ health: 'skipped', detail });

/** Makes every check, one after the other; one that fails keeps no other from being made. */
export async function diagnose(
  checks: readonly Check[],
  patient: Patient,
  onFinding: (diagnosis: Diagnosis) => void,
): Promise<void> {
  for (const { name, remedy, look } of checks) {
    const finding = await look(patient).catch((error: unknown) => failure(error, remedy));
    onFinding({ name, ...finding });
  }
}

function failure(error: unknown, remedy: string): Finding {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const detail = name === 'Error' || message.startsWith(name) ? message : `${name}: ${message}`;
  if (/AccessDenied|UnauthorizedOperation|Forbidden/.test(name) || statusOf(error) === 403) {
    return { health: 'ill', detail, remedy };
  }
  if (/Credentials/.test(name)) return { health: 'ill', detail, remedy: 'Give this process a role, or AWS_PROFILE.' };
  if (message === 'Region is missing') return { health: 'ill', detail, remedy: 'Set AWS_REGION.' };
  return { health: 'ill', detail: detail === '' ? 'no answer' : detail, remedy };
}

function statusOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const { $metadata: metadata } = error;
  return typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
    ? metadata.httpStatusCode
    : undefined;
}
