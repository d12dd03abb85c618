import type { Config } from '../../core/config-schema.ts';
import type { Peer } from '../../core/peers.ts';
import type { RouteTable } from '../../core/route-table.ts';
import { Admission } from '../net/admission.ts';
import { type Judgement, judge, type RequestedTitles } from '../net/judge.ts';
import type { PeerFacts } from '../net/peer-facts.ts';
import { PeerList } from '../net/peer-list.ts';
import { rulesOf } from '../net/rules.ts';
import { rejectionText } from './scu/scu-error.ts';

/** What the service would answer to a request for association, if it had nothing else to do. */
export function explain(
  config: Config,
  routes: RouteTable,
  peers: readonly Peer[],
  facts: PeerFacts,
  titles: RequestedTitles,
): Judgement {
  const claims = { ...titles, userIdentity: 'assumed' } as const;
  const list = new PeerList(peers, () => 0);
  return judge(facts, claims, rulesOf(config, routes), list, new Admission().occupancy(false));
}

/** The judgement step by step, for people. */
export function reportJudgement(judgement: Judgement, facts: PeerFacts, titles: RequestedTitles): string {
  const from = `${titles.callingAeTitle} calls ${titles.calledAeTitle} from ${facts.address}`;
  const steps = judgement.steps.map(
    ({ check, passed, detail }) => `  ${passed ? 'passed ' : 'refused'}  ${check.padEnd(20)}  ${detail}`,
  );
  return [from, ...steps, judgement.accepted ? acceptance(judgement) : rejectionText(judgement.rejection)].join('\n');
}

function acceptance({ terms, peer }: Judgement & { readonly accepted: true }): string {
  const whose = peer === undefined ? 'the settings' : `the list of peers${described(peer)}`;
  const window = terms.asyncWindow === 1 ? 'no asynchronous window' : `an asynchronous window of ${terms.asyncWindow}`;
  const manner = terms.strict ? 'strict' : 'lenient';
  return `A-ASSOCIATE-AC, by the terms of ${whose}: ${manner}, ${window}, route ${terms.route}`;
}

const described = ({ description }: Peer): string => (description === undefined ? '' : ` (${description})`);
