import { z } from 'zod';
import { aeTitleSchema } from './ae-title.ts';
import { readJson } from './json-file.ts';
import { routeSchema } from './route.ts';

/** The route of whatever no other route is for. The settings make it. */
export const defaultRouteName = 'default';

const durationMs = (minMs: number) => z.int().min(minMs).max(86_400_000);

/** Limits of a route's batches in place of those of the settings. */
const batchSchema = z.strictObject({
  quietMs: durationMs(100).optional(),
  maxAgeMs: durationMs(1_000).optional(),
  hardAgeMs: durationMs(1_000).optional(),
  maxFiles: z.int().min(1).max(5_000).optional(),
  maxBytes: z.int().min(1_000).max(10_000_000_000).optional(),
});

/** A route as it is written down. */
export const routeEntrySchema = routeSchema.extend({
  /** AE titles that are answered to besides those of the settings. Absent: for peers only whose entry names the route. */
  calledAeTitles: z.array(aeTitleSchema).min(1).optional(),
  batch: batchSchema.optional(),
  description: z.string().max(200).optional(),
});
export type RouteEntry = Readonly<z.infer<typeof routeEntrySchema>>;

/** Each route has a metric label and an open batch, so there are not many. */
const MAX_ROUTES = 50;

/** The routes file, whole. */
export const routesFileSchema = z.strictObject({
  routes: z
    .array(routeEntrySchema)
    .max(MAX_ROUTES)
    .superRefine((routes, context) => {
      const names = new Set<string>([defaultRouteName]);
      const titles = new Set<string>();
      const taken = (seen: Set<string>, text: string, path: PropertyKey[], what: string) => {
        if (seen.has(text)) context.addIssue({ code: 'custom', path, message: `${what} ${text} is taken` });
        seen.add(text);
      };
      for (const [index, { name, priority, outlet, calledAeTitles = [] }] of routes.entries()) {
        taken(names, name, [index, 'name'], 'the name');
        if (outlet === 'stow' && priority !== 'stat') {
          const message = 'stow is for routes whose priority is stat; others are imported by jobs';
          context.addIssue({ code: 'custom', path: [index, 'outlet'], message });
        }
        calledAeTitles.forEach((title, at) => {
          taken(titles, title, [index, 'calledAeTitles', at], 'the AE title');
        });
      }
    }),
});

/** The routes file cannot be used. Says every problem and where. */
export class RoutesFileError extends Error {
  override readonly name = 'RoutesFileError';
  readonly code = 'ROUTES_FILE_INVALID';

  constructor(problem: string) {
    super(`the routes file cannot be used: ${problem}`);
  }
}

/**
 * Reads the text of a routes file.
 * @throws RoutesFileError naming every problem
 */
export function parseRoutes(text: string): readonly RouteEntry[] {
  const read = readJson(text, routesFileSchema);
  if (read.problem !== undefined) throw new RoutesFileError(read.problem);
  return read.value.routes;
}
