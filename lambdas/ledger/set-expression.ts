/** An UpdateExpression that sets and removes attributes, with the names and values it refers to. */
export interface SetExpression {
  readonly expression: string;
  readonly names: Record<string, string>;
  readonly values: Record<string, unknown>;
}

/**
 * Sets every attribute of `changes` that has a value, and removes those that are null. Names are aliased: `status` is a
 * reserved word.
 */
export function setExpression(changes: object): SetExpression {
  const present = Object.entries(changes).filter(([, value]) => value !== undefined);
  const set = present.filter(([, value]) => value !== null);
  const removed = present.filter(([, value]) => value === null);
  const clauses = [
    ...(set.length === 0 ? [] : [`SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}`]),
    ...(removed.length === 0 ? [] : [`REMOVE ${removed.map(([name]) => `#${name}`).join(', ')}`]),
  ];
  return {
    expression: clauses.join(' '),
    names: Object.fromEntries(present.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
  };
}
