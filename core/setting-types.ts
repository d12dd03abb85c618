import { z } from 'zod';

/** What is known of a setting beside its type: the variable it is read from and what it is for. */
export interface SettingMeta {
  readonly env: string;
  readonly description: string;
  /** Shown only masked. */
  readonly secret?: boolean;
}

export const meta = (env: string, description: string): SettingMeta & Record<string, unknown> => ({ env, description });

export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GB = 1_000_000_000;

/** Whole numbers come as text from the environment: digits only, since blanks would coerce to 0. */
export const count = (min: number, max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value),
    z.number('a whole number is needed').int('a whole number is needed').min(min).max(max),
  );
export const durationMs = (minMs: number, maxMs: number) => count(minMs, maxMs);
export const flag = z.union([z.boolean(), z.stringbool()], 'true or false is needed');
export const list = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) =>
      typeof value === 'string'
        ? value
            .split(',')
            .map((part) => part.trim())
            .filter((part) => part !== '')
        : value,
    z.array(item),
  );
