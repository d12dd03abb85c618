import { z } from 'zod';
import type { Lifted } from './lifted.ts';
import type { ValueMeta } from './value.ts';
import { valuesSchema } from './values-schema.ts';

/** A value, by its path in values.yaml. */
export interface ValueRow extends ValueMeta {
  readonly path: readonly string[];
  readonly schema: z.ZodType;
}

/** Every value in the order of the schema. */
export const valueTable = (): readonly ValueRow[] => rowsOf(valuesSchema, []);

/** Those that are fields. */
export const liftedRows = (): readonly (ValueRow & { readonly lifted: Lifted })[] =>
  valueTable().filter((row): row is ValueRow & { readonly lifted: Lifted } => row.lifted !== undefined);

function rowsOf(schema: z.ZodType, path: readonly string[]): readonly ValueRow[] {
  const meta = schema.meta() as (ValueMeta & Record<string, unknown>) | undefined;
  if (meta?.description !== undefined) return [{ ...meta, path, schema }];
  if (!(schema instanceof z.ZodObject)) throw new Error(`${path.join('.')} has no description`);
  return Object.entries(schema.shape).flatMap(([key, member]) => rowsOf(member as z.ZodType, [...path, key]));
}

/** What values hold at a path. */
export function valueAt(values: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    values,
  );
}
