import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import type { NodeMap } from '../../cdk8s/values/manifest-path.ts';

type Schema = { [key: string]: unknown };

interface Definitions {
  /** Definitions by apiVersion and kind, such as `apps/v1/Deployment`. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

/** Says what of an object the API server would not take. */
export type StrictSchema = (object: NodeMap) => readonly string[];

/** The schemas of a fixture, in which a field that is not known is an error. */
export function strictSchema(fixture: string): StrictSchema {
  const path = join(import.meta.dirname, 'fixtures/generated', `${fixture}.json`);
  const { kinds, definitions }: Definitions = JSON.parse(readFileSync(path, 'utf8'));
  const ajv = new Ajv({ strict: false, validateFormats: false, logger: false });
  const strict = Object.fromEntries(Object.entries(definitions).map(([name, schema]) => [name, strictly(schema)]));
  ajv.addSchema({ $id: 'kinds', definitions: strict });
  return (object) => {
    const kind = kinds[`${object.apiVersion}/${object.kind}`];
    if (kind === undefined) return [`${object.apiVersion}/${object.kind} is not known`];
    const validate = ajv.getSchema(`kinds#/definitions/${kind}`);
    if (validate === undefined) throw new Error(`${kind} has no schema`);
    if (validate(object)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
}

/** Kubernetes' own definitions name what they know and do not say that there is no more. */
function strictly(schema: Schema): Schema {
  const tightened: Schema = schema.format === 'int-or-string' ? { type: ['string', 'integer'] } : { ...schema };
  if (tightened.type === 'object' && tightened.properties !== undefined) tightened.additionalProperties ??= false;
  // Quantities are a text or a number.
  return tightened;
}

export const isCustom = ({ apiVersion }: NodeMap): boolean => /keda|monitoring|cert-manager/.test(String(apiVersion));
