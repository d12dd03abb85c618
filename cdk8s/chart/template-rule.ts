import type { LiftAs, ObjectName } from '../values/lifted.ts';
import { liftedRows } from '../values/value-table.ts';

/** What a template has in a field's place. */
export interface Hole {
  /** `text` is put there as it is; `include` is a named template that answers YAML, or nothing. */
  readonly as: LiftAs | 'text' | 'include' | 'include-unless-empty';
  readonly expression: string;
  /** A scalar that is quoted. */
  readonly isText?: boolean;
}

/** What a template does with a field. */
export interface TemplateRule {
  readonly object: ObjectName;
  /** Of the map or list that the field is in. */
  readonly parent: string;
  readonly key: string;
  readonly hole?: Hole;
  /** The field is there only if this holds. */
  readonly when?: string;
  /** One of its members is always there, although each has a condition. */
  readonly isKept?: boolean;
}

/** @param path its last step is the key, unless `key` is given, as it must be where it has dots */
export function rule(
  object: ObjectName,
  path: string,
  what: Pick<TemplateRule, 'hole' | 'when' | 'isKept'>,
  key?: string,
): TemplateRule {
  if (key !== undefined) return { object, parent: path, key, ...what };
  const cut = /^(?:(.*?)\.)?([^.[\]]+|\[[^\]]*\])$/s.exec(path.replace(/\[([^\]]*)\]$/, '.[$1]'));
  return { object, parent: cut?.[1] ?? '', key: cut?.[2] ?? path, ...what };
}

/** Rules for the fields that values are, from their one table. */
export const liftedRules = (): readonly TemplateRule[] =>
  liftedRows().flatMap(({ path, schema, lifted }) => {
    const value = `.Values.${path.join('.')}`;
    const takes = (example: unknown) => schema.safeParse(example).success;
    const hole: Hole = {
      as: lifted.as,
      // Helm reads numbers as floating point, and would write large ones so.
      expression: takes(1) && !takes('1%') ? `${value} | int64` : value,
      isText: !takes(1) && lifted.as.startsWith('scalar'),
    };
    return lifted.objects.map((object) => rule(object, lifted.path, { hole }));
  });
