/** What the name of a spooled file says: enough to take up its upload without opening it. */
export interface SpoolName {
  /** A ULID, so names sort by the moment of reception. */
  readonly id: string;
  readonly associationId: string;
  /** Name of its route. */
  readonly route: string;
}

const INSTANCES = 'instances/';
const form = /^instances\/([0-9A-HJKMNP-TV-Z]{26})~([0-9A-Za-z-]{1,64})~([a-z0-9-]{1,32})$/;

export const spoolPrefix = INSTANCES;

export const spoolKey = ({ id, associationId, route }: SpoolName): string =>
  `${INSTANCES}${id}~${associationId}~${route}`;

/** The name of a file of the spool, or undefined for a file that somebody else put there. */
export function parseSpoolKey(key: string): SpoolName | undefined {
  const [, id, associationId, route] = form.exec(key) ?? [];
  if (id === undefined || associationId === undefined || route === undefined) return undefined;
  return { id, associationId, route };
}
