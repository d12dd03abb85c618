import type { Config } from './config-schema.ts';
import type { GenerationLimits } from './generation-limits.ts';
import type { Priority, Route } from './route.ts';
import { defaultRouteName, type RouteEntry } from './routes-file.ts';

export interface RouteRule {
  readonly route: Route;
  readonly limits: GenerationLimits;
}

type RouteSettings = Pick<
  Config,
  'datastoreId' | 'batchQuietMs' | 'batchMaxAgeMs' | 'batchHardAgeMs' | 'batchMaxFiles' | 'batchMaxBytes'
>;

/** What is urgent does not wait for company. */
const quick: Readonly<Record<Priority, Partial<GenerationLimits>>> = {
  routine: {},
  stat: { quietMs: 1_000, maxAgeMs: 5_000 },
};

/** The routes that there are: the default one, which the settings make, and those of the routes file. */
export class RouteTable {
  /** By name. */
  readonly rules: ReadonlyMap<string, RouteRule>;
  readonly #byCalledAeTitle: ReadonlyMap<string, string>;

  constructor(settings: RouteSettings, entries: readonly RouteEntry[]) {
    const all = [{ name: defaultRouteName, priority: 'routine' } as const satisfies RouteEntry, ...entries];
    this.rules = new Map(all.map((entry) => [entry.name, ruleOf(settings, entry)]));
    this.#byCalledAeTitle = new Map(
      entries.flatMap(({ name, calledAeTitles = [] }) => calledAeTitles.map((title) => [title, name] as const)),
    );
  }

  get names(): ReadonlySet<string> {
    return new Set(this.rules.keys());
  }

  /** AE titles that routes answer to. */
  get calledAeTitles(): readonly string[] {
    return [...this.#byCalledAeTitle.keys()];
  }

  /**
   * The name of the route that an association takes.
   * @param ofPeer the route that the peers file names, which goes before that of the called AE title
   */
  choose(calledAeTitle: string, ofPeer: string | undefined): string {
    return ofPeer ?? this.#byCalledAeTitle.get(calledAeTitle) ?? defaultRouteName;
  }
}

function ruleOf(settings: RouteSettings, entry: RouteEntry): RouteRule {
  const { name, priority, outlet, datastoreId = settings.datastoreId, batch } = entry;
  const chosen: GenerationLimits = {
    quietMs: settings.batchQuietMs,
    maxAgeMs: settings.batchMaxAgeMs,
    hardAgeMs: settings.batchHardAgeMs,
    maxFiles: settings.batchMaxFiles,
    maxBytes: settings.batchMaxBytes,
    ...quick[priority],
    ...definedOf(batch ?? {}),
  };
  return {
    route: {
      name,
      priority,
      ...(datastoreId === undefined ? {} : { datastoreId }),
      ...(outlet === 'stow' ? { outlet } : {}),
    },
    limits: { ...chosen, hardAgeMs: Math.max(chosen.hardAgeMs, chosen.maxAgeMs) },
  };
}

/** Without what is undefined, which would hide what was there. */
function definedOf(batch: NonNullable<RouteEntry['batch']>): Partial<GenerationLimits> {
  return Object.fromEntries(Object.entries(batch).filter(([, value]) => value !== undefined));
}
