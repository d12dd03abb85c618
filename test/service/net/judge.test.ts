import { describe, expect, it } from 'vitest';
import { type Peer, peerSchema } from '../../../core/peers.ts';
import { rejections } from '../../../service/dicom/pdu/codes.ts';
import type { UserIdentity } from '../../../service/dicom/pdu/types.ts';
import { type Check, judge, type Occupancy, type Rules } from '../../../service/net/judge.ts';
import type { PeerFacts } from '../../../service/net/peer-facts.ts';
import { PeerList } from '../../../service/net/peer-list.ts';
import { passcodeIdentity, sha256Of } from './user-identities.ts';

const sha256 = 'ab'.repeat(32);
const rules: Rules = {
  calledAeTitles: new Set(['STORESCP']),
  callingAeTitles: undefined,
  unknownPeers: 'allow',
  maxAssociations: 10,
  maxAssociationsPerPeer: 4,
  strict: false,
  asyncWindow: 1,
  chooseRoute: (_calledAeTitle, ofPeer) => ofPeer ?? 'default',
};
const quiet: Occupancy = {
  draining: false,
  associations: 0,
  ofAddress: () => 0,
  ofPeer: () => 0,
  isSaturated: false,
  isSpoolHigh: false,
};
const certificate = { commonName: 'ct1', dnsNames: ['ct1.example'], sha256 };

interface Case {
  readonly facts?: PeerFacts;
  readonly calling?: string;
  readonly called?: string;
  readonly userIdentity?: UserIdentity | 'assumed';
  readonly rules?: Partial<Rules>;
  readonly peers?: readonly Partial<Peer>[];
  readonly occupancy?: Partial<Occupancy>;
}

const judged = ({ facts = { address: '10.1.2.3' }, calling = 'CT1', called = 'STORESCP', ...rest }: Case) =>
  judge(
    facts,
    { callingAeTitle: calling, calledAeTitle: called, userIdentity: rest.userIdentity },
    { ...rules, ...rest.rules },
    new PeerList(
      (rest.peers ?? []).map((peer) => peerSchema.parse({ aeTitle: 'CT1', ...peer })),
      () => 0,
    ),
    { ...quiet, ...rest.occupancy },
  );

const { callingAeTitleNotRecognized, calledAeTitleNotRecognized, localLimitExceeded, noReasonGiven } = rejections;

const ct1Identity = { username: 'ct1', passcodeSha256: sha256Of('secret') };

const refusals: readonly (readonly [string, Check, object, Case])[] = [
  ['while stopping', 'draining', localLimitExceeded, { occupancy: { draining: true } }],
  ['another called title', 'called-ae-title', calledAeTitleNotRecognized, { called: 'OTHER' }],
  [
    'a calling title that is not allowed',
    'calling-ae-title',
    callingAeTitleNotRecognized,
    { rules: { callingAeTitles: new Set(['MR1']) } },
  ],
  [
    'an unknown peer, when those are refused',
    'known-peer',
    callingAeTitleNotRecognized,
    { rules: { unknownPeers: 'refuse' }, calling: 'MR1', peers: [{}] },
  ],
  [
    'a known peer from another address, even when unknown ones are allowed',
    'peer-address',
    callingAeTitleNotRecognized,
    { peers: [{ addresses: ['10.9.0.0/16', '2001:db8::/32'] }] },
  ],
  [
    'a peer without the certificate that it is bound to',
    'peer-certificate',
    callingAeTitleNotRecognized,
    { peers: [{ certificate: { commonName: 'ct1' } }] },
  ],
  [
    'a certificate of another common name',
    'peer-certificate',
    callingAeTitleNotRecognized,
    { peers: [{ certificate: { commonName: 'ct2' } }], facts: { address: '10.1.2.3', certificate } },
  ],
  [
    'a certificate that holds one of two',
    'peer-certificate',
    callingAeTitleNotRecognized,
    {
      peers: [{ certificate: { commonName: 'ct1', dnsName: 'ct2.example' } }],
      facts: { address: '10.1.2.3', certificate },
    },
  ],
  [
    'a certificate of another fingerprint',
    'peer-certificate',
    callingAeTitleNotRecognized,
    { peers: [{ certificate: { sha256: ['cd'.repeat(32)] } }], facts: { address: '10.1.2.3', certificate } },
  ],
  ['a peer without its user identity', 'user-identity', noReasonGiven, { peers: [{ userIdentity: ct1Identity }] }],
  [
    'a peer with another passcode',
    'user-identity',
    noReasonGiven,
    { peers: [{ userIdentity: ct1Identity }], userIdentity: passcodeIdentity('ct1', 'other') },
  ],
  ['one association too many', 'associations', localLimitExceeded, { occupancy: { associations: 10 } }],
  ['one too many of an address', 'associations-of-peer', localLimitExceeded, { occupancy: { ofAddress: () => 4 } }],
  [
    'one too many of a peer with a limit of its own',
    'associations-of-peer',
    localLimitExceeded,
    { peers: [{ maxAssociations: 1 }], occupancy: { ofPeer: () => 1 } },
  ],
  ['while too much waits to be stored', 'bytes-in-flight', localLimitExceeded, { occupancy: { isSaturated: true } }],
];

describe('judge', () => {
  it.each(refusals)('refuses %s', (_, because, rejection, request) => {
    const judgement = judged(request);
    expect(judgement).toMatchObject({ accepted: false, because, rejection });
    const last = judgement.steps.at(-1);
    expect(last).toMatchObject({ check: because, passed: false });
    expect(judgement.steps.slice(0, -1).every(({ passed }) => passed)).toBe(true);
  });

  it.each<[string, Case]>([
    ['anybody when there is no list', {}],
    ['any called title when none is asked for', { called: 'OTHER', rules: { calledAeTitles: undefined } }],
    ['an unknown peer beside a list', { calling: 'MR1', peers: [{}] }],
    ['an unknown peer to be recorded', { calling: 'MR1', peers: [{}], rules: { unknownPeers: 'record' } }],
    ['a known peer from its network', { peers: [{ addresses: ['10.1.0.0/16'] }], rules: { unknownPeers: 'refuse' } }],
    ['a peer at one of two places', { peers: [{ addresses: ['10.9.0.0/16'] }, { addresses: ['10.1.2.3'] }] }],
    [
      'a certificate that all of its binding holds for',
      {
        peers: [{ certificate: { commonName: 'ct1', dnsName: 'CT1.example', sha256: ['cd'.repeat(32), sha256] } }],
        facts: { address: '10.1.2.3', certificate },
      },
    ],
    ['a peer whose own limit is higher', { peers: [{ maxAssociations: 6 }], occupancy: { ofAddress: () => 5 } }],
  ])('accepts %s', (_, request) => {
    const judgement = judged(request);
    expect(judgement.accepted).toBe(true);
    expect(judgement.steps.every(({ passed }) => passed)).toBe(true);
  });

  it('grants the terms of the settings to whom the list says nothing of', () => {
    const settings = { strict: true, asyncWindow: 4 };
    expect(judged({ rules: settings, peers: [{}] })).toMatchObject({ terms: settings });
    expect(judged({ rules: settings, calling: 'MR1', peers: [{}] })).toMatchObject({
      terms: settings,
      peer: undefined,
    });
  });

  it('grants the terms of the entry that fits', () => {
    const here = { addresses: ['10.1.0.0/16'], strict: true, asyncWindow: 8, route: 'default', description: 'here' };
    const judgement = judged({ peers: [{ addresses: ['10.9.0.0/16'], asyncWindow: 2 }, here] });
    expect(judgement).toMatchObject({
      terms: { strict: true, asyncWindow: 8, route: 'default' },
      peer: { description: 'here' },
    });
  });
});
