import { peerFaults } from '../../../service/dicom/errors.ts';
import type { Rejection } from '../../../service/dicom/pdu/codes.ts';
import { type Check, judge, type Occupancy, type Rules } from '../../../service/net/judge.ts';
import { PeerList } from '../../../service/net/peer-list.ts';
import { table } from './markdown.ts';

const facts = { address: '192.0.2.1' };
const claims = { callingAeTitle: 'A', calledAeTitle: 'B', userIdentity: undefined };
const rules: Rules = {
  calledAeTitles: undefined,
  callingAeTitles: undefined,
  unknownPeers: 'allow',
  maxAssociations: 1,
  maxAssociationsPerPeer: 1,
  strict: false,
  asyncWindow: 1,
  chooseRoute: () => 'default',
};
const idle: Occupancy = {
  draining: false,
  associations: 0,
  ofAddress: () => 0,
  ofPeer: () => 0,
  isSaturated: false,
  isSpoolHigh: false,
};

interface Case {
  readonly when: string;
  readonly rules?: Partial<Rules>;
  readonly occupancy?: Partial<Occupancy>;
  readonly peer?: object;
}

/** For each check a request that does not pass it. */
const cases: Readonly<Record<Check, Case>> = {
  draining: { when: 'the service is stopping', occupancy: { draining: true } },
  'called-ae-title': {
    when: 'the called AE title is none of `SCP_AE_TITLES` and of the routes, and `SCP_REQUIRE_CALLED_AE_TITLE` is on',
    rules: { calledAeTitles: new Set() },
  },
  'calling-ae-title': {
    when: '`SCP_CALLING_AE_TITLES` is set and does not have the calling AE title',
    rules: { callingAeTitles: new Set() },
  },
  'known-peer': {
    when: 'the calling AE title is not in the peers file, and `SCP_UNKNOWN_PEERS` is `refuse`',
    rules: { unknownPeers: 'refuse' },
  },
  'peer-address': { when: 'the peer is listed with other addresses', peer: { addresses: ['198.51.100.1'] } },
  'peer-certificate': {
    when: 'the peer is listed with another certificate',
    peer: { certificate: { commonName: 'x' } },
  },
  'user-identity': {
    when: 'the peer did not bring the user identity that is asked of it',
    peer: { userIdentity: { username: 'x', passcodeSha256: '0'.repeat(64) } },
  },
  associations: { when: '`SCP_MAX_ASSOCIATIONS` are open', occupancy: { associations: 1 } },
  'associations-of-peer': {
    when: '`SCP_MAX_ASSOCIATIONS_PER_PEER`, or the limit of the peer, are open',
    occupancy: { ofAddress: () => 1 },
  },
  'bytes-in-flight': { when: '`SCP_MAX_BYTES_IN_FLIGHT` wait to be stored', occupancy: { isSaturated: true } },
  spool: { when: 'the spool is filled to `SCP_SPOOL_HIGH_PERCENT`', occupancy: { isSpoolHigh: true } },
};

/** What the service itself answers to a request that does not pass the check. */
export function rejectionOf(check: Check): Rejection {
  const { peer, ...given } = cases[check];
  const peers = new PeerList(peer === undefined ? [] : [{ aeTitle: claims.callingAeTitle, ...peer }], () => 0);
  const judgement = judge(facts, claims, { ...rules, ...given.rules }, peers, { ...idle, ...given.occupancy });
  if (judgement.accepted || judgement.because !== check) throw new Error(`the case for ${check} does not fail it`);
  return judgement.rejection;
}

const numbers = ({ result, source, reason }: Rejection) => [String(result), String(source), String(reason)];

/** Every rejection of an association, with its codes of PS3.8 table 9-21. */
export function rejectionTable(): string {
  const ofProtocol = Object.values(peerFaults).flatMap(({ sentence, answer }) =>
    answer.pdu === 'associate-rj' ? [[...numbers(answer.rejection), sentence]] : [],
  );
  const ofRules = (Object.keys(cases) as Check[]).map((check) => [...numbers(rejectionOf(check)), cases[check].when]);
  return table(['result', 'source', 'reason', 'when'], [...ofProtocol, ...ofRules]);
}

/** Every abort for what a peer did, by its codes of PS3.8 table 9-26. */
export function abortTable(): string {
  const codes = new Map<string, string[]>();
  for (const [code, { answer }] of Object.entries(peerFaults)) {
    if (answer.pdu !== 'abort') continue;
    const key = `${answer.cause.source} ${answer.cause.reason}`;
    codes.set(key, [...(codes.get(key) ?? []), `\`${code}\``]);
  }
  return table(
    ['source', 'reason', 'for'],
    [...codes].map(([key, faults]) => [...key.split(' '), faults.join(', ')]),
  );
}
