import { describe, expect, it } from 'vitest';
import { encodePdu } from '../../../service/dicom/pdu/encode.ts';
import {
  answerTo,
  associateRq,
  commandPdu,
  context,
  ctImageStorage,
  doings,
  effectsOf,
  implicitLittle,
  newAcceptor,
  sentPdus,
  storeCommand,
} from './conversation.ts';

describe('leniency', () => {
  const padded = associateRq(
    { calledAeTitle: '', presentationContexts: [context(1, `${ctImageStorage}\0`, `${implicitLittle} `)] },
    { implementationClassUid: '1.2.03', implementationVersionName: 'LONGER_THAN_SIXTEEN', maxPduBytes: undefined },
  );

  it('takes what can be understood, and tells each time', () => {
    const { effects, association, pdu } = answerTo(padded);
    expect(pdu).toMatchObject({ type: 'associate-ac', presentationContexts: [{ id: 1, result: 0 }] });
    expect(effectsOf(effects, 'leniency').map(({ kind }) => kind)).toEqual([
      'ae-title-blank',
      'uid-padding',
      'uid-padding',
      'uid-leading-zero',
      'implementation-version-name-too-long',
      'max-length-missing',
    ]);
    expect(association?.leniencies).toEqual([
      'ae-title-blank',
      'uid-padding',
      'uid-leading-zero',
      'implementation-version-name-too-long',
      'max-length-missing',
    ]);
    expect(association?.peerMaxPduBytes).toBe(16_384);
  });

  it('is refused where the policy is strict', () => {
    const { effects, pdu } = answerTo(padded, { strict: true });
    expect(pdu).toEqual({ type: 'abort', source: 2, reason: 6 });
    expect(doings(effects)).not.toContain('leniency');
    expect(effectsOf(effects, 'ended')).toMatchObject([{ fault: { code: 'NONCONFORMANT' } }]);
    expect(answerTo(associateRq(), { strict: true }).pdu?.type).toBe('associate-ac');
  });

  it('is refused in a command set, too, where the policy is strict', () => {
    const command = commandPdu(3, storeCommand(1, { affectedSopInstanceUid: '1.02.3' }));
    const lenient = newAcceptor();
    lenient.receive(encodePdu(associateRq()));
    expect(doings(lenient.receive(command))).toEqual(['leniency', 'store-begin']);
    const strict = newAcceptor({ strict: true });
    strict.receive(encodePdu(associateRq()));
    expect(sentPdus(strict.receive(command))).toEqual([{ type: 'abort', source: 2, reason: 6 }]);
  });
});
