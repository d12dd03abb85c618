import type { LiftAs, ObjectName } from './lifted.ts';
import { indexOf, isMap, type Node, type NodeMap, stepsOf } from './manifest-path.ts';
import { liftedRows, valueAt } from './value-table.ts';
import type { ChosenValues } from './values-schema.ts';

/** Puts what a user says of lifted values into the fields that they are. */
export function overlay(object: ObjectName, manifest: NodeMap, values: ChosenValues): NodeMap {
  const copy = structuredClone(manifest);
  for (const { lifted, path } of liftedRows()) {
    const value = valueAt(values, path);
    if (value !== undefined && lifted.objects.includes(object)) {
      put(copy, stepsOf(lifted.path), structuredClone(value) as Node, lifted.as);
    }
  }
  return copy;
}

function put(map: NodeMap, steps: readonly string[], value: Node, as: LiftAs): void {
  const [key = '', next, ...rest] = steps;
  if (next === undefined) {
    putField(map, key, value, as);
    return;
  }
  const member = map[key];
  if (Array.isArray(member)) {
    const inner = member[indexOf(member, next)];
    if (isMap(inner)) put(inner, rest, value, as);
    return;
  }
  if (member === undefined && isEmpty(value)) return;
  if (member === undefined) map[key] = {};
  const inner = map[key];
  if (isMap(inner)) put(inner, [next, ...rest], value, as);
}

function putField(map: NodeMap, key: string, value: Node, as: LiftAs): void {
  if (as === 'items') {
    if (isEmpty(value)) return;
    const present = map[key];
    map[key] = Array.isArray(value)
      ? [...(Array.isArray(present) ? present : []), ...value]
      : { ...(isMap(present) ? present : {}), ...(isMap(value) ? value : {}) };
  } else if (as.endsWith('unless-empty') && isEmpty(value)) delete map[key];
  else map[key] = value;
}

export const isEmpty = (value: unknown): boolean =>
  value === '' ||
  value === 0 ||
  value === null ||
  value === undefined ||
  (typeof value === 'object' && Object.keys(value).length === 0);
