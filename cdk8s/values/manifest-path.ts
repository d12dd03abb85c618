/** A member of a manifest: an object, a list, or a scalar. */
export type Node = { [key: string]: Node } | Node[] | string | number | boolean | null;
export type NodeMap = { [key: string]: Node };

/** Steps of a path such as `spec.containers[scp].env`. A step in brackets is a name or a number. */
export const stepsOf = (path: string): readonly string[] => path.match(/[^.[\]]+|\[[^\]]*\]/g) ?? [];

export const isMap = (node: Node | undefined): node is NodeMap =>
  typeof node === 'object' && node !== null && !Array.isArray(node);

/** How a member of a list is called: by its name if it has one, else by its number. */
export const memberStep = (member: Node, index: number): string =>
  isMap(member) ? `[${nameOf(member) ?? index}]` : `[${index}]`;

/** Claims have their name in their metadata. */
const nameOf = (member: NodeMap): string | undefined => {
  const name = member.name ?? (isMap(member.metadata) ? member.metadata.name : undefined);
  return typeof name === 'string' ? name : undefined;
};

/** What a manifest holds at a path, if anything. */
export function nodeAt(node: Node | undefined, steps: readonly string[]): Node | undefined {
  const [step, ...rest] = steps;
  if (step === undefined || node === undefined) return node;
  if (Array.isArray(node)) return nodeAt(node[indexOf(node, step)], rest);
  return isMap(node) ? nodeAt(node[step], rest) : undefined;
}

export const indexOf = (list: readonly Node[], step: string): number =>
  list.findIndex((member, index) => memberStep(member, index) === step || `[${index}]` === step);
