import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PeerFault } from '../../../service/dicom/errors.ts';
import { decodePdu } from '../../../service/dicom/pdu/decode.ts';
import { encodePdu } from '../../../service/dicom/pdu/encode.ts';
import type { Pdu } from '../../../service/dicom/pdu/types.ts';
import { hexFixture } from './hex-fixture.ts';

const byte = fc.nat({ max: 0xff });
const word = fc.nat({ max: 0xffff });
const bytes = fc.uint8Array({ maxLength: 40 });
const uid = fc.array(fc.nat({ max: 99_999 }), { minLength: 1, maxLength: 8 }).map((components) => components.join('.'));
const aeTitle = fc.stringMatching(/^[!-~]([ -~]{0,14}[!-~])?$/);
const unknownItems = fc.array(fc.record({ itemType: fc.integer({ min: 0x60, max: 0xff }), bytes }), { maxLength: 3 });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const userInformation = fc.record({
  maxPduBytes: optional(fc.nat({ max: 0xffffffff })),
  implementationClassUid: optional(uid),
  implementationVersionName: optional(fc.stringMatching(/^[!-~]{1,16}$/)),
  asyncOperationsWindow: optional(fc.record({ maxInvoked: word, maxPerformed: word })),
  roleSelections: fc.array(fc.record({ sopClassUid: uid, scu: fc.boolean(), scp: fc.boolean() }), { maxLength: 3 }),
  extendedNegotiations: fc.array(fc.record({ sopClassUid: uid, information: bytes }), { maxLength: 3 }),
  commonExtendedNegotiations: fc.array(
    fc.record({
      version: byte,
      sopClassUid: uid,
      serviceClassUid: uid,
      relatedGeneralSopClassUids: fc.array(uid, { maxLength: 4 }),
    }),
    { maxLength: 3 },
  ),
  userIdentity: optional(
    fc.record({
      identityType: byte,
      positiveResponseRequested: fc.boolean(),
      primaryField: bytes,
      secondaryField: bytes,
    }),
  ),
  userIdentityResponse: optional(bytes),
  unknownItems,
});

const pdu: fc.Arbitrary<Pdu> = fc.oneof(
  fc.record({
    type: fc.constant('associate-rq' as const),
    protocolVersion: word,
    calledAeTitle: aeTitle,
    callingAeTitle: aeTitle,
    reserved: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    applicationContextName: uid,
    presentationContexts: fc.array(
      fc.record({ id: byte, abstractSyntaxUid: uid, transferSyntaxUids: fc.array(uid, { maxLength: 5 }) }),
      { maxLength: 128 },
    ),
    userInformation,
    unknownItems,
  }),
  fc.record({
    type: fc.constant('associate-ac' as const),
    protocolVersion: word,
    echoed: fc.uint8Array({ minLength: 64, maxLength: 64 }),
    applicationContextName: uid,
    presentationContexts: fc.array(fc.record({ id: byte, result: byte, transferSyntaxUid: optional(uid) }), {
      maxLength: 128,
    }),
    userInformation,
    unknownItems,
  }),
  fc.record({ type: fc.constant('associate-rj' as const), result: byte, source: byte, reason: byte }),
  fc.record({
    type: fc.constant('p-data-tf' as const),
    values: fc.array(fc.record({ contextId: byte, control: byte, fragment: bytes }), { maxLength: 6 }),
  }),
  fc.record({ type: fc.constant('release-rq' as const) }),
  fc.record({ type: fc.constant('release-rp' as const) }),
  fc.record({ type: fc.constant('abort' as const), source: byte, reason: byte }),
);

const tolerant = (): void => {};

describe('PDUs', () => {
  it('come back from their bytes as they were, unknown codes and items included', () => {
    fc.assert(
      fc.property(pdu, (original) => {
        expect(decodePdu(encodePdu(original), tolerant)).toEqual(original);
      }),
      { numRuns: 500 },
    );
  });

  it('are decoded, or refused with a PeerFault, whatever the bytes', () => {
    const golden = fc
      .constantFrom('associate-rq-every-sub-item', 'associate-ac-every-sub-item', 'store', 'abort')
      .map(hexFixture);
    const damage = fc.array(fc.tuple(fc.nat(), byte), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(golden, damage, (bytes, changes) => {
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        try {
          const decoded = decodePdu(bytes, tolerant);
          expect(decodePdu(encodePdu(decoded), tolerant)).toEqual(decoded);
        } catch (fault) {
          expect(fault).toBeInstanceOf(PeerFault);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
