import type { ObjectName } from '../values/lifted.ts';
import { nodeAt, stepsOf } from '../values/manifest-path.ts';
import { type ValueRow, valueTable } from '../values/value-table.ts';
import { plainManifests } from './minimal.ts';
import { podOf, symbolicObjects } from './object-templates.ts';

/** A value with its default. */
export interface ValueDefault extends ValueRow {
  readonly default: unknown;
}

/**
 * Every value with its default: what cdk8s synthesizes into the field that it is, with default values where the object
 * is there by default; or what the table says.
 */
export function defaultValues(): readonly ValueDefault[] {
  const plain = plainManifests();
  const symbolic = symbolicObjects();
  const sources = (name: ObjectName) => [
    name === 'pod' ? podOf(plain.get('deployment')) : plain.get(name),
    symbolic.get(name),
  ];
  return valueTable().map((row) => {
    if (row.lifted === undefined) return { ...row, default: row.initial };
    const { objects, path, as } = row.lifted;
    const node = objects
      .flatMap(sources)
      .map((manifest) => nodeAt(manifest, stepsOf(path)))
      .find((found) => found !== undefined);
    return { ...row, default: as === 'items' || node === undefined ? emptyOf(row) : node };
  });
}

/** Nothing, of the kind that the value is. */
function emptyOf({ schema, path }: ValueRow): unknown {
  const empty = ['', [], {}, 0].find((candidate) => schema.safeParse(candidate).success);
  if (empty === undefined) throw new Error(`${path.join('.')} can be nothing, and nothing was synthesized for it`);
  return empty;
}
