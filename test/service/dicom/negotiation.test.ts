import { describe, expect, it } from 'vitest';
import type { PolicyOptions } from '../../../service/dicom/negotiation/policy.ts';
import type { AssociateAc, AssociateRq, UserInformation } from '../../../service/dicom/pdu/types.ts';
import {
  answerTo,
  associateRq,
  commitment,
  context,
  ctImageStorage,
  doings,
  effectsOf,
  explicitLittle,
  implicitLittle,
  newAcceptor,
  peerAsksWindow,
  secondaryCapture,
  verification,
} from './conversation.ts';
import { hexFixture } from './hex-fixture.ts';

function accepted(request: AssociateRq, policy: Partial<PolicyOptions> = {}): AssociateAc {
  const { pdu } = answerTo(request, policy);
  if (pdu?.type !== 'associate-ac') throw new Error(`answered with ${pdu?.type}`);
  return pdu;
}

describe('the answer to an A-ASSOCIATE-RQ', () => {
  it('is, to the byte, what the standard lays down', () => {
    const acceptor = newAcceptor({
      asyncWindow: 4,
      verifyIdentity: () => ({ verified: true, response: Uint8Array.of(0x6f, 0x6b) }),
    });
    const effects = acceptor.receive(hexFixture('associate-rq-every-sub-item'));
    expect(effectsOf(effects, 'send')[0]?.bytes).toEqual(hexFixture('associate-ac-every-sub-item'));
  });

  it.each<[string, Partial<AssociateRq>, Partial<PolicyOptions>, [number, number, number]]>([
    ['a protocol version without bit 0', { protocolVersion: 2 }, {}, [1, 2, 2]],
    ['another application context', { applicationContextName: '1.2.3' }, {}, [1, 1, 2]],
    ['a called AE title not ours', { calledAeTitle: 'OTHER' }, { calledAeTitles: new Set(['STORE_SCP']) }, [1, 1, 7]],
    ['a calling AE title not known', {}, { callingAeTitles: new Set(['CT1']) }, [1, 1, 3]],
    ['an identity not verified', {}, { verifyIdentity: () => ({ verified: false }) }, [1, 1, 1]],
    ['congestion', {}, { admit: () => 'temporary-congestion' }, [2, 3, 1]],
    ['a limit reached', {}, { admit: () => 'local-limit-exceeded' }, [2, 3, 2]],
  ])('is a rejection for %s', (_, changes, policy, [result, source, reason]) => {
    const { effects, pdu } = answerTo(associateRq(changes), policy);
    expect(pdu).toEqual({ type: 'associate-rj', result, source, reason });
    expect(doings(effects).slice(-4)).toEqual(['rejected', 'send', 'ended', 'start-artim']);
    expect(effectsOf(effects, 'rejected')[0]?.rejection).toEqual({ result, source, reason });
    expect(effectsOf(effects, 'ended')[0]?.how).toBe('rejected');
  });

  it('takes later protocol versions that include version 1', () => {
    expect(accepted(associateRq({ protocolVersion: 3 })).protocolVersion).toBe(1);
  });
});

describe('presentation contexts', () => {
  it('take the best transfer syntax by our order, whatever theirs', () => {
    const jpegLs = '1.2.840.10008.1.2.4.80';
    const policy = { transferSyntaxUids: [jpegLs, explicitLittle, implicitLittle] };
    const request = associateRq({
      presentationContexts: [
        context(1, ctImageStorage, implicitLittle, explicitLittle, jpegLs),
        context(3, ctImageStorage, implicitLittle, explicitLittle),
        context(5, ctImageStorage, '1.2.840.10008.1.2.2'),
        context(7, '1.2.3', implicitLittle),
        context(9, ctImageStorage),
      ],
    });
    expect(accepted(request, policy).presentationContexts).toEqual([
      { id: 1, result: 0, transferSyntaxUid: jpegLs },
      { id: 3, result: 0, transferSyntaxUid: explicitLittle },
      { id: 5, result: 4, transferSyntaxUid: '1.2.840.10008.1.2.2' },
      { id: 7, result: 3, transferSyntaxUid: implicitLittle },
      { id: 9, result: 4, transferSyntaxUid: undefined },
    ]);
  });

  it('are told with what each is for, and why it was refused', () => {
    const { association } = answerTo(associateRq({}), { isStorage: (uid) => uid === ctImageStorage });
    expect(association?.acceptedContexts).toEqual([
      { id: 1, abstractSyntaxUid: verification, transferSyntaxUid: explicitLittle, service: 'verification' },
      { id: 3, abstractSyntaxUid: ctImageStorage, transferSyntaxUid: explicitLittle, service: 'storage' },
      { id: 7, abstractSyntaxUid: commitment, transferSyntaxUid: explicitLittle, service: 'storage-commitment' },
    ]);
    expect(association?.refusedContexts).toEqual([
      { ...context(5, secondaryCapture, implicitLittle, explicitLittle), result: 3 },
    ]);
  });

  it('may be 128, of any abstract syntax if the policy is promiscuous', () => {
    const presentationContexts = Array.from({ length: 128 }, (_, index) =>
      context(2 * index + 1, `1.2.${index}`, implicitLittle),
    );
    const answered = accepted(associateRq({ presentationContexts }), { promiscuous: true }).presentationContexts;
    expect(answered.map(({ id, result }) => [id, result])).toEqual(presentationContexts.map(({ id }) => [id, 0]));
  });

  it('of a SOP class unknown to us are taken if the peer declares it like one we know', () => {
    const presentationContexts = [context(1, '1.2.9', implicitLittle), context(3, '1.2.10', implicitLittle)];
    const commonExtendedNegotiations = [
      {
        version: 0,
        sopClassUid: '1.2.9',
        serviceClassUid: '1.2.840.10008.4.2',
        relatedGeneralSopClassUids: [ctImageStorage],
      },
      {
        version: 0,
        sopClassUid: '1.2.10',
        serviceClassUid: '1.2.840.10008.4.2',
        relatedGeneralSopClassUids: ['1.2.11'],
      },
    ];
    const ac = accepted(associateRq({ presentationContexts }, { commonExtendedNegotiations }));
    expect(ac.presentationContexts.map(({ result }) => result)).toEqual([0, 3]);
  });
});

describe('user information', () => {
  const informationFor = (asked: Partial<UserInformation>, policy: Partial<PolicyOptions> = {}): UserInformation =>
    accepted(associateRq({}, asked), policy).userInformation;

  it.each<[string, number | undefined, number | undefined, number | undefined]>([
    ['left out if not asked for', undefined, 4, undefined],
    ['left out if not granted', 5, undefined, undefined],
    ['what was asked for, if less', 2, 4, 2],
    ['what is granted, if less', 9, 4, 4],
    ['what is granted, to a peer that asks for no limit', 0, 4, 4],
    ['1 rather than unlimited', 0, 0, 1],
    ['1 if that is all there is', 0, 1, 1],
  ])('has a window that is %s', (_, asked, asyncWindow, answered) => {
    const { asyncOperationsWindow } = informationFor(
      asked === undefined ? {} : peerAsksWindow(asked),
      asyncWindow === undefined ? {} : { asyncWindow },
    );
    expect(asyncOperationsWindow).toEqual(
      answered === undefined ? undefined : { maxInvoked: answered, maxPerformed: 1 },
    );
  });

  it('grants the SCU role of what was accepted, and refuses a context nobody could use', () => {
    const roleSelections = [
      { sopClassUid: ctImageStorage, scu: true, scp: true },
      { sopClassUid: secondaryCapture, scu: false, scp: true },
      { sopClassUid: '1.2.3', scu: true, scp: false },
    ];
    const ac = accepted(associateRq({}, { roleSelections }));
    expect(ac.userInformation.roleSelections).toEqual([{ sopClassUid: ctImageStorage, scu: true, scp: false }]);
    expect(ac.presentationContexts.map(({ id, result }) => [id, result])).toEqual([
      [1, 0],
      [3, 0],
      [5, 1],
      [7, 0],
    ]);
  });

  it.each([
    ['user name', 1, true, new Uint8Array(0)],
    ['user name', 1, false, undefined],
    ['user name and passcode', 2, true, new Uint8Array(0)],
    ['Kerberos ticket', 3, true, undefined],
    ['SAML assertion', 4, true, undefined],
    ['JWT', 5, true, new Uint8Array(0)],
    ['JWT', 5, false, undefined],
  ])(
    'acknowledges a %s (%i) when a positive response is asked for (%s)',
    (_, identityType, positiveResponseRequested, response) => {
      const userIdentity = {
        identityType,
        positiveResponseRequested,
        primaryField: Uint8Array.of(0x61),
        secondaryField: new Uint8Array(0),
      };
      expect(informationFor({ userIdentity }).userIdentityResponse).toEqual(response);
      expect(answerTo(associateRq({}, { userIdentity })).association?.userIdentityType).toBe(identityType);
    },
  );

  it('leaves extended negotiation unanswered, which is to support none', () => {
    const extendedNegotiations = [{ sopClassUid: ctImageStorage, information: Uint8Array.of(2, 0) }];
    expect(informationFor({ extendedNegotiations }).extendedNegotiations).toEqual([]);
  });
});
