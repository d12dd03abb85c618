import { z } from 'zod';
import { settingSchemas } from '../values/settings-values.ts';
import type { ValueMeta } from '../values/value.ts';
import { valueTable } from '../values/value-table.ts';

type Schema = { [key: string]: unknown };

/** values.schema.json, draft 7: refuses values that there are not, and values of a wrong kind. */
export function schemaFile(): Schema {
  const root: Schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...objectOf({ global: { type: 'object' } }),
  };
  for (const row of valueTable()) insert(root, row.path, leafOf(row.path, row.schema, row));
  return root;
}

const objectOf = (properties: Schema): Schema => ({ type: 'object', additionalProperties: false, properties });

function insert(schema: Schema, [key = '', ...rest]: readonly string[], leaf: Schema): void {
  const properties = schema.properties as Schema;
  if (rest.length === 0) properties[key] = leaf;
  else {
    properties[key] ??= objectOf({});
    insert(properties[key] as Schema, rest, leaf);
  }
}

function leafOf(path: readonly string[], schema: z.ZodType, { description }: ValueMeta): Schema {
  if (path.join('.') === 'settings') return { description, ...objectOf(nullable(settingSchemas())) };
  const {
    $schema: _,
    initial: __,
    lifted: ___,
    description: ____,
    ...rest
  } = z.toJSONSchema(schema, {
    target: 'draft-7',
  }) as Schema;
  return { description, ...withoutNoise(rest) };
}

/** Null takes a setting back that a values file before this one has made. */
const nullable = (schemas: Readonly<Record<string, Schema>>): Schema =>
  Object.fromEntries(
    Object.entries(schemas).map(([name, { default: fallback, description, ...schema }]) => [
      name,
      {
        description,
        ...(fallback === undefined ? {} : { default: name === 'store' ? 's3' : fallback }),
        ...orNull(withoutNoise(schema)),
      },
    ]),
  );

const orNull = ({ type, ...schema }: Schema): Schema => ({
  ...(typeof type === 'string' ? { type: [type, 'null'] } : {}),
  ...schema,
  ...(Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {}),
});

/** Limits of safe integers, and the names that say nothing about keys. */
function withoutNoise(schema: unknown): Schema {
  return JSON.parse(
    JSON.stringify(schema, (key, value) =>
      (key === 'maximum' && value === Number.MAX_SAFE_INTEGER) || key === 'propertyNames' || isAnything(key, value)
        ? undefined
        : value,
    ),
  );
}

const isAnything = (key: string, value: unknown): boolean =>
  key === 'additionalProperties' && typeof value === 'object' && value !== null && Object.keys(value).length === 0;
