import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { MonitoringFiles } from './objects/context.ts';

const rulesSchema = z.looseObject({ groups: z.array(z.record(z.string(), z.unknown())) });

/**
 * Dashboards and rules as dashboards/ has generated them: JSON and YAML files below `generated`.
 * @throws ZodError when a file of rules has no groups
 */
export function readMonitoringFiles(folder: string): MonitoringFiles {
  const read = (pattern: string) =>
    globSync(pattern, { cwd: join(folder, 'generated') })
      .sort()
      .map((path) => [basename(path), readFileSync(join(folder, 'generated', path), 'utf8')] as const);
  return {
    dashboards: Object.fromEntries(read('**/*.json')),
    ruleGroups: read('**/*.{yaml,yml}').flatMap(([, text]) => rulesSchema.parse(parse(text)).groups),
  };
}
