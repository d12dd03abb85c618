import type { z } from 'zod';
import { conflicts } from './config-conflicts.ts';
import { type Config, configSchema, type SettingMeta } from './config-schema.ts';

const PREFIX = 'SCP_';

export interface ConfigProblem {
  /** The environment variable that is wrong. */
  readonly env: string;
  readonly problem: string;
}

/** The configuration cannot be used. Lists every problem at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG_INVALID';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(
      ['The configuration cannot be used:', ...problems.map(({ env, problem }) => `  ${env}: ${problem}`)].join('\n'),
    );
    this.problems = problems;
  }
}

/** One setting, for documentation and for whoever makes an environment. */
export interface Setting extends SettingMeta {
  readonly name: keyof Config;
  readonly schema: z.ZodType;
}

/** Every setting in the order of the schema. */
export function settings(): readonly Setting[] {
  return Object.entries(configSchema.shape).map(([name, schema]) => {
    const { env, description, secret } = schema.meta() as unknown as SettingMeta;
    return { name: name as keyof Config, schema, env, description, ...(secret === undefined ? {} : { secret }) };
  });
}

/**
 * Reads the configuration from an environment. Empty variables count as not set, and a variable that begins with
 * SCP_ but is no setting is a problem: it is a typing error more often than not.
 * @throws ConfigError naming every problem
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const known = settings();
  const problems: ConfigProblem[] = unknownVariables(
    environment,
    known.map(({ env }) => env),
  );
  const values: Record<string, unknown> = {};
  for (const { name, env, schema } of known) {
    const text = environment[env];
    const parsed = schema.safeParse(text === '' ? undefined : text);
    if (parsed.success) values[name] = parsed.data;
    else problems.push(...parsed.error.issues.map((issue) => ({ env, problem: issue.message })));
  }
  const envOf = new Map(known.map(({ name, env }) => [name, env]));
  problems.push(...conflicts(values).map(({ name, problem }) => ({ env: envOf.get(name) ?? name, problem })));
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(configSchema.parse(values));
}

/** The environment that makes `parseConfig` answer these settings: the inverse, for those who start the service. */
export function toEnvironment(config: Partial<Config>): Readonly<Record<string, string>> {
  const environment: Record<string, string> = {};
  for (const { name, env } of settings()) {
    const value = config[name];
    if (value !== undefined) environment[env] = Array.isArray(value) ? value.join(',') : String(value);
  }
  return environment;
}

function unknownVariables(
  environment: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): ConfigProblem[] {
  return Object.keys(environment)
    .filter((env) => env.startsWith(PREFIX) && !known.includes(env))
    .map((env) => {
      const near = nearest(env, known);
      return { env, problem: near === undefined ? 'no such setting' : `no such setting; did you mean ${near}?` };
    });
}

/** The known name at the least edit distance, if that is small enough to be a typing error. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known.map((candidate) => ({ candidate, distance: editDistance(name, candidate) }));
  ranked.sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= 3 ? best.candidate : undefined;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
