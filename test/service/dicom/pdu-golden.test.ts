import { describe, expect, it } from 'vitest';
import { decodePdu } from '../../../service/dicom/pdu/decode.ts';
import { encodePdu } from '../../../service/dicom/pdu/encode.ts';
import type { LeniencyKind } from '../../../service/dicom/pdu/leniency.ts';
import { noUserInformation } from '../../../service/dicom/pdu/user-information.ts';
import { hexFixture } from './hex-fixture.ts';

const ct = '1.2.840.10008.5.1.4.1.1.2';
const reserved = Uint8Array.from({ length: 32 }, (_, index) => index);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function decodeStrictly(name: string) {
  const leniencies: LeniencyKind[] = [];
  const pdu = decodePdu(hexFixture(name), (kind) => leniencies.push(kind));
  expect(leniencies).toEqual([]);
  return pdu;
}

const everySubItem = {
  type: 'associate-rq',
  protocolVersion: 1,
  calledAeTitle: 'STORE_SCP',
  callingAeTitle: 'MODALITY',
  reserved,
  applicationContextName: '1.2.840.10008.3.1.1.1',
  presentationContexts: [
    { id: 7, abstractSyntaxUid: ct, transferSyntaxUids: ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2'] },
  ],
  userInformation: {
    maxPduBytes: 0,
    implementationClassUid: '1.2.3.4',
    implementationVersionName: 'FULL_1',
    asyncOperationsWindow: { maxInvoked: 5, maxPerformed: 2 },
    roleSelections: [{ sopClassUid: ct, scu: true, scp: false }],
    extendedNegotiations: [{ sopClassUid: ct, information: Uint8Array.of(2, 0, 3) }],
    commonExtendedNegotiations: [
      {
        version: 0,
        sopClassUid: '1.2.9',
        serviceClassUid: '1.2.840.10008.4.2',
        relatedGeneralSopClassUids: [ct, '1.2.8'],
      },
    ],
    userIdentity: {
      identityType: 5,
      positiveResponseRequested: true,
      primaryField: text('ey.J.w'),
      secondaryField: new Uint8Array(0),
    },
    userIdentityResponse: undefined,
    unknownItems: [{ itemType: 0x7a, bytes: Uint8Array.of(0xca, 0xfe) }],
  },
  unknownItems: [],
};

describe('golden PDUs', () => {
  it('decodes an A-ASSOCIATE-RQ with every sub-item', () => {
    expect(decodeStrictly('associate-rq-every-sub-item')).toEqual(everySubItem);
  });

  it('decodes an A-ASSOCIATE-AC and encodes it to the same bytes', () => {
    const pdu = decodeStrictly('associate-ac-every-sub-item');
    expect(pdu).toEqual({
      type: 'associate-ac',
      protocolVersion: 1,
      echoed: hexFixture('associate-rq-every-sub-item').subarray(10, 74),
      applicationContextName: '1.2.840.10008.3.1.1.1',
      presentationContexts: [{ id: 7, result: 0, transferSyntaxUid: '1.2.840.10008.1.2.1' }],
      userInformation: {
        ...noUserInformation,
        maxPduBytes: 131_072,
        implementationClassUid: '2.25.7',
        implementationVersionName: 'TEST_1',
        asyncOperationsWindow: { maxInvoked: 4, maxPerformed: 1 },
        roleSelections: [{ sopClassUid: ct, scu: true, scp: false }],
        userIdentityResponse: text('ok'),
      },
      unknownItems: [],
    });
    expect(encodePdu(pdu)).toEqual(hexFixture('associate-ac-every-sub-item'));
  });

  it('decodes the A-ASSOCIATE-RQ of DCMTK', () => {
    expect(decodeStrictly('associate-rq-user-identity')).toEqual({
      type: 'associate-rq',
      protocolVersion: 1,
      calledAeTitle: 'GOLDEN_SCP',
      callingAeTitle: 'GOLDEN_SCU',
      reserved: new Uint8Array(32),
      applicationContextName: '1.2.840.10008.3.1.1.1',
      presentationContexts: [
        { id: 1, abstractSyntaxUid: '1.2.840.10008.5.1.4.1.1.7', transferSyntaxUids: ['1.2.840.10008.1.2.1'] },
        {
          id: 3,
          abstractSyntaxUid: '1.2.840.10008.5.1.4.1.1.7',
          transferSyntaxUids: ['1.2.840.10008.1.2.2', '1.2.840.10008.1.2'],
        },
      ],
      userInformation: {
        ...noUserInformation,
        maxPduBytes: 4096,
        implementationClassUid: '1.2.276.0.7230010.3.0.3.6.7',
        implementationVersionName: 'OFFIS_DCMTK_367',
        userIdentity: {
          identityType: 2,
          positiveResponseRequested: false,
          primaryField: text('alice'),
          secondaryField: text('secret'),
        },
      },
      unknownItems: [],
    });
  });

  it.each([
    ['associate-rj', { type: 'associate-rj', result: 2, source: 3, reason: 2 }],
    ['release-rq', { type: 'release-rq' }],
    ['release-rp', { type: 'release-rp' }],
    ['abort', { type: 'abort', source: 2, reason: 6 }],
  ])('decodes and encodes %s', (name, pdu) => {
    const decoded = decodeStrictly(name);
    expect(decoded).toEqual(pdu);
    expect(encodePdu(decoded)).toEqual(hexFixture(name));
  });

  it('encodes the P-DATA-TF of a response as decoded', () => {
    const bytes = hexFixture('store-response');
    const pdu = decodeStrictly('store-response');
    expect(pdu).toMatchObject({ type: 'p-data-tf', values: [{ contextId: 1, control: 3 }] });
    expect(encodePdu(pdu)).toEqual(bytes);
  });
});
