/** An UpdateExpression that sets attributes, with the names and values it refers to. */
export interface SetExpression {
  readonly expression: string;
  readonly names: Record<string, string>;
  readonly values: Record<string, unknown>;
}

/** Sets every attribute of `changes` that has a value. Names are aliased: `status` is a reserved word. */
export function setExpression(changes: object): SetExpression {
  const present = Object.entries(changes).filter(([, value]) => value !== undefined);
  return {
    expression: `SET ${present.map(([name]) => `#${name} = :${name}`).join(', ')}`,
    names: Object.fromEntries(present.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries(present.map(([name, value]) => [`:${name}`, value])),
  };
}
