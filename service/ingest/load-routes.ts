import { readFile } from 'node:fs/promises';
import type { Config } from '../../core/config-schema.ts';
import { RouteTable } from '../../core/route-table.ts';
import { parseRoutes, RoutesFileError } from '../../core/routes-file.ts';

/**
 * The routes that the settings ask for.
 * @throws RoutesFileError when the file cannot be used
 */
export async function loadRoutes(config: Config): Promise<RouteTable> {
  if (config.routesFile === undefined) return new RouteTable(config, []);
  const text = await readFile(config.routesFile, 'utf8').catch((error) => {
    throw new RoutesFileError(String(error));
  });
  return new RouteTable(config, parseRoutes(text));
}
