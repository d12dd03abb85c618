import { ApiError } from './api-error.ts';

export interface PageRequest {
  readonly maxResults: number;
  readonly nextToken?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/** One page of a list; the token is the position in it, in disguise. */
export function paginate<T>(all: readonly T[], { maxResults, nextToken }: PageRequest): Page<T> {
  const start = nextToken === undefined ? 0 : decode(nextToken);
  const end = start + maxResults;
  const items = all.slice(start, end);
  return end < all.length ? { items, nextToken: Buffer.from(`after:${end}`).toString('base64url') } : { items };
}

function decode(token: string): number {
  const match = /^after:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('latin1'));
  if (match === null) throw new ApiError('ValidationException', 'The nextToken is not valid');
  return Number(match[1]);
}
