import type { Config } from '../../core/config-schema.ts';
import type { Rules } from './judge.ts';

/** The rules for associations that the settings make. */
export function rulesOf(config: Config): Rules {
  const { unknownPeers, maxAssociations, maxAssociationsPerPeer, strict, asyncWindow } = config;
  return {
    calledAeTitles: config.requireCalledAeTitle ? new Set(config.aeTitles) : undefined,
    callingAeTitles: config.callingAeTitles.length > 0 ? new Set(config.callingAeTitles) : undefined,
    unknownPeers,
    maxAssociations,
    maxAssociationsPerPeer,
    strict,
    asyncWindow,
  };
}

/** Names of the routes that there are. */
export const routeNames: ReadonlySet<string> = new Set(['default']);
