import type { Peer } from '../../core/peers.ts';
import { type Rejection, rejections } from '../dicom/pdu/codes.ts';
import type { UserIdentity } from '../dicom/pdu/types.ts';
import type { PeerFacts } from './peer-facts.ts';
import type { ListedPeer, PeerList } from './peer-list.ts';
import type { IdentityFinding } from './user-identity.ts';

export interface RequestedTitles {
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
}

/** What a request for association says of who asks. */
export interface Claims extends RequestedTitles {
  /** `assumed`: whatever is asked for is taken to be there, for those who ask what would be answered. */
  readonly userIdentity: UserIdentity | 'assumed' | undefined;
}

/** The settings that an association is judged by. */
export interface Rules {
  /** Titles that we answer to; undefined: any. */
  readonly calledAeTitles: ReadonlySet<string> | undefined;
  /** Titles that may call; undefined: any. */
  readonly callingAeTitles: ReadonlySet<string> | undefined;
  readonly unknownPeers: 'refuse' | 'allow' | 'record';
  readonly maxAssociations: number;
  readonly maxAssociationsPerPeer: number;
  readonly strict: boolean;
  readonly asyncWindow: number;
  /** The name of the route for a called title, unless the peer has one of its own. */
  readonly chooseRoute: (calledAeTitle: string, ofPeer: string | undefined) => string;
}

/** How much is going on at this moment. */
export interface Occupancy {
  readonly draining: boolean;
  readonly associations: number;
  readonly ofAddress: (address: string) => number;
  readonly ofPeer: (peer: Peer) => number;
  /** Senders are being slowed because too much waits to be stored. */
  readonly isSaturated: boolean;
  /** The volume of the spool is filling up. */
  readonly isSpoolHigh: boolean;
}

/** What a request is tested for, in this order. */
export type Check =
  | 'draining'
  | 'called-ae-title'
  | 'calling-ae-title'
  | 'known-peer'
  | 'peer-address'
  | 'peer-certificate'
  | 'user-identity'
  | 'associations'
  | 'associations-of-peer'
  | 'bytes-in-flight'
  | 'spool';

export interface Step {
  readonly check: Check;
  readonly passed: boolean;
  /** What was compared with what, for people. */
  readonly detail: string;
}

export interface Terms {
  readonly strict: boolean;
  readonly asyncWindow: number;
  readonly route: string;
}

export type Judgement =
  | {
      readonly accepted: true;
      readonly terms: Terms;
      /** Whose entry in the list the terms are from; undefined for a peer that is not listed. */
      readonly peer: ListedPeer | undefined;
      readonly steps: readonly Step[];
    }
  | {
      readonly accepted: false;
      readonly rejection: Rejection;
      readonly because: Check;
      readonly steps: readonly Step[];
    };

/** Decides on a request for association from what is known of the peer; also says how it came to that. */
export function judge(
  facts: PeerFacts,
  { callingAeTitle, calledAeTitle, userIdentity }: Claims,
  rules: Rules,
  peers: PeerList,
  occupancy: Occupancy,
): Judgement {
  const steps: Step[] = [];
  /** Notes a step; answers the refusal when it is not passed. */
  const test = (check: Check, passed: boolean, detail: string, rejection: Rejection): Judgement | undefined => {
    steps.push({ check, passed, detail });
    return passed ? undefined : { accepted: false, rejection, because: check, steps };
  };
  const { calledAeTitles, callingAeTitles, maxAssociations } = rules;
  const called = peers.called(callingAeTitle);
  const atAddress = called.filter(({ admitsAddress }) => admitsAddress(facts.address));
  const peer = atAddress.find(({ admitsCertificate }) => admitsCertificate(facts.certificate));
  // PS3.7 D.3.3.7 leaves the reason to the acceptor; PS3.8 has none for identities.
  const { localLimitExceeded, callingAeTitleNotRecognized, calledAeTitleNotRecognized, noReasonGiven } = rejections;
  const identity = identityFinding(peer, userIdentity);
  const isKnown = called.length > 0;
  const ofPeer = peer?.maxAssociations === undefined ? occupancy.ofAddress(facts.address) : occupancy.ofPeer(peer);
  const maxOfPeer = peer?.maxAssociations ?? rules.maxAssociationsPerPeer;
  return (
    test('draining', !occupancy.draining, occupancy.draining ? 'stopping' : 'not stopping', localLimitExceeded) ??
    test(
      'called-ae-title',
      calledAeTitles?.has(calledAeTitle) ?? true,
      among(calledAeTitle, calledAeTitles),
      calledAeTitleNotRecognized,
    ) ??
    test(
      'calling-ae-title',
      callingAeTitles?.has(callingAeTitle) ?? true,
      among(callingAeTitle, callingAeTitles),
      callingAeTitleNotRecognized,
    ) ??
    test(
      'known-peer',
      isKnown || rules.unknownPeers !== 'refuse',
      isKnown ? 'in the list of peers' : `not in the list of peers: ${rules.unknownPeers}`,
      callingAeTitleNotRecognized,
    ) ??
    (isKnown
      ? (test('peer-address', atAddress.length > 0, addressDetail(facts, called), callingAeTitleNotRecognized) ??
        test('peer-certificate', peer !== undefined, certificateDetail(facts, atAddress), callingAeTitleNotRecognized))
      : undefined) ??
    test('user-identity', identity.passed, identity.detail, noReasonGiven) ??
    test(
      'associations',
      occupancy.associations < maxAssociations,
      `${occupancy.associations} of ${maxAssociations} in use`,
      localLimitExceeded,
    ) ??
    test('associations-of-peer', ofPeer < maxOfPeer, `${ofPeer} of ${maxOfPeer} in use`, localLimitExceeded) ??
    test(
      'bytes-in-flight',
      !occupancy.isSaturated,
      occupancy.isSaturated ? 'more waits to be stored than may' : 'within bounds',
      localLimitExceeded,
    ) ??
    test(
      'spool',
      !occupancy.isSpoolHigh,
      occupancy.isSpoolHigh ? 'its volume is filling up' : 'has room or is not used',
      localLimitExceeded,
    ) ?? {
      accepted: true,
      terms: {
        strict: peer?.strict ?? rules.strict,
        asyncWindow: peer?.asyncWindow ?? rules.asyncWindow,
        route: rules.chooseRoute(calledAeTitle, peer?.route),
      },
      peer,
      steps,
    }
  );
}

function identityFinding(peer: ListedPeer | undefined, identity: Claims['userIdentity']): IdentityFinding {
  if (peer?.checkIdentity === undefined) return { passed: true, detail: 'none is asked for' };
  return identity === 'assumed' ? { passed: true, detail: 'assumed to be right' } : peer.checkIdentity(identity);
}

function among(title: string, titles: ReadonlySet<string> | undefined): string {
  if (titles === undefined) return `${title}: any is taken`;
  return `${title} is ${titles.has(title) ? '' : 'not '}among ${[...titles].join(', ')}`;
}

function addressDetail({ address }: PeerFacts, called: readonly ListedPeer[]): string {
  const places = called.map(({ addresses }) => addresses?.join(', ') ?? 'any address');
  return `${address}; the peer is at ${places.join(' or ')}`;
}

function certificateDetail({ certificate }: PeerFacts, atAddress: readonly ListedPeer[]): string {
  const shown =
    certificate === undefined
      ? 'no verified certificate'
      : `certificate of ${certificate.commonName ?? 'no name'} with SHA-256 ${certificate.sha256}`;
  const bindings = atAddress.map(({ certificate: bound }) => (bound === undefined ? 'none' : JSON.stringify(bound)));
  return `${shown}; asked for: ${bindings.join(' or ')}`;
}
