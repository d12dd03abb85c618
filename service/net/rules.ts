import type { Config } from '../../core/config-schema.ts';
import type { RouteTable } from '../../core/route-table.ts';
import type { Rules } from './judge.ts';

/** The rules for associations that the settings and the routes make. */
export function rulesOf(config: Config, routes: RouteTable): Rules {
  const { unknownPeers, maxAssociations, maxAssociationsPerPeer, strict, asyncWindow } = config;
  return {
    calledAeTitles: config.requireCalledAeTitle ? new Set([...config.aeTitles, ...routes.calledAeTitles]) : undefined,
    callingAeTitles: config.callingAeTitles.length > 0 ? new Set(config.callingAeTitles) : undefined,
    unknownPeers,
    maxAssociations,
    maxAssociationsPerPeer,
    strict,
    asyncWindow,
    chooseRoute: (calledAeTitle, ofPeer) => routes.choose(calledAeTitle, ofPeer),
  };
}
