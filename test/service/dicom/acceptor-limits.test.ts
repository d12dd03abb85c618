import { describe, expect, it } from 'vitest';
import { encodePdu } from '../../../service/dicom/pdu/encode.ts';
import {
  associateRq,
  commandPdu,
  dataPdu,
  doings,
  effectsOf,
  newAcceptor,
  newAssociation,
  pData,
  sentPdus,
  storeCommand,
} from './conversation.ts';
import { bytesOfHex, concat } from './hex-fixture.ts';

const invalid = { type: 'abort', source: 2, reason: 6 };
const outOfSequence = { type: 'abort', source: 2, reason: 5 };

describe('limits', () => {
  it('abort at a header that claims 4 GB, before a byte of the body', () => {
    const acceptor = newAssociation();
    const effects = acceptor.receive(bytesOfHex('04 00 ff ff ff ff'));
    expect(sentPdus(effects)).toEqual([invalid]);
    expect(effectsOf(effects, 'ended')).toMatchObject([{ how: 'aborted-by-us', fault: { code: 'PDU_TOO_LARGE' } }]);
    expect(acceptor.receive(new Uint8Array(1_000_000))).toEqual([]);
  });

  it.each([
    ['an A-ASSOCIATE-RQ of 4 GB', '01 00 ff ff ff ff', 'PDU_TOO_LARGE'],
    ['an A-ASSOCIATE-RQ without its fixed fields', '01 00 00 00 00 43', 'PDU_LENGTH_INVALID'],
    ['an A-RELEASE-RQ of 5 bytes', '05 00 00 00 00 05', 'PDU_TOO_LARGE'],
    ['an A-ABORT of no bytes', '07 00 00 00 00 00', 'PDU_LENGTH_INVALID'],
    ['a text protocol', '47 45 54 20 2f 20', 'PDU_TYPE_UNKNOWN'],
  ])('abort at the header of %s', (_, header, code) => {
    const acceptor = newAcceptor();
    const effects = acceptor.receive(bytesOfHex(header));
    expect(effectsOf(effects, 'ended')).toMatchObject([{ how: 'aborted-by-us', fault: { code } }]);
    expect(acceptor.state).toBe('awaiting-transport-close');
  });

  it('hold for what is received, apart from what is announced', () => {
    const limits = { maxPduBytes: 4096, maxReceivedPduBytes: 8192 };
    const acceptor = newAssociation({}, associateRq(), limits);
    acceptor.receive(commandPdu(3, storeCommand(1)));
    const tolerated = acceptor.receive(dataPdu(3, new Uint8Array(8192 - 6), false));
    expect(tolerated[0]).toEqual({ do: 'leniency', kind: 'pdu-over-announced-max' });
    expect(effectsOf(tolerated, 'store-data')[0]?.bytes).toHaveLength(8186);
    const refused = acceptor.receive(dataPdu(3, new Uint8Array(8192 - 5)));
    expect(doings(refused)).toEqual(['send', 'store-cancelled', 'ended', 'start-artim']);
    expect(sentPdus(refused)).toEqual([invalid]);
  });

  it('end a command set that does not end', () => {
    const acceptor = newAssociation();
    const part = pData([3, 1, new Uint8Array(32 * 1024)]);
    expect(acceptor.receive(concat(part, part))).toEqual([]);
    const effects = acceptor.receive(pData([3, 1, Uint8Array.of(0, 0)]));
    expect(sentPdus(effects)).toEqual([{ type: 'abort', source: 0, reason: 0 }]);
    expect(effectsOf(effects, 'ended')).toMatchObject([{ fault: { code: 'COMMAND_TOO_LARGE' } }]);
  });
});

describe('presentation data values', () => {
  it.each([
    ['longer than their PDU', '04 00 00 00 00 08 00 00 00 05 01 03 aa bb', invalid],
    ['of 4 GB', '04 00 00 00 00 08 ff ff ff ff 01 03 aa bb', invalid],
    ['of length 1', '04 00 00 00 00 06 00 00 00 01 01 03', invalid],
    ['of length 0', '04 00 00 00 00 06 00 00 00 00 01 03', invalid],
    ['cut by the end of the PDU', '04 00 00 00 00 0b 00 00 00 04 01 01 00 00 00 00 00', invalid],
    ['of an unknown context', '04 00 00 00 00 06 00 00 00 02 63 03', invalid],
    ['of data without a command', '04 00 00 00 00 06 00 00 00 02 03 02', outOfSequence],
  ])('%s are answered with an abort', (_, hex, abort) => {
    const acceptor = newAssociation();
    const effects = acceptor.receive(bytesOfHex(hex));
    expect(sentPdus(effects)).toEqual([abort]);
    expect(acceptor.state).toBe('awaiting-transport-close');
  });

  it.each([
    ['a command', pData([3, 3, new Uint8Array(0)])],
    ['a data set of another context', pData([5, 2, new Uint8Array(0)])],
  ])('%s within a data set is answered with an abort', (_, bytes) => {
    const acceptor = newAssociation({ asyncWindow: 4 });
    acceptor.receive(commandPdu(3, storeCommand(1)));
    const effects = acceptor.receive(bytes);
    expect(sentPdus(effects)).toEqual([outOfSequence]);
    expect(effectsOf(effects, 'store-cancelled')).toEqual([{ do: 'store-cancelled', messageId: 1 }]);
  });

  it.each([
    ['of data', pData([3, 2, new Uint8Array(0)])],
    ['of another context', pData([5, 1, new Uint8Array(0)])],
  ])('%s within a command are answered with an abort', (_, bytes) => {
    const acceptor = newAssociation();
    acceptor.receive(pData([3, 1, Uint8Array.of(0, 0)]));
    expect(sentPdus(acceptor.receive(bytes))).toEqual([outOfSequence]);
  });
});

describe('an A-ASSOCIATE-RQ that is not valid', () => {
  const context = { abstractSyntaxUid: '1.2.840.10008.1.1', transferSyntaxUids: ['1.2.840.10008.1.2'] };
  it.each([
    ['an even context ID', associateRq({ presentationContexts: [{ id: 2, ...context }] }), 'CONTEXT_ID_INVALID'],
    [
      'a context ID used twice',
      associateRq({
        presentationContexts: [
          { id: 1, ...context },
          { id: 1, ...context },
        ],
      }),
      'CONTEXT_ID_INVALID',
    ],
    [
      'a second application context',
      associateRq({ unknownItems: [{ itemType: 0x10, bytes: Uint8Array.of(0x31) }] }),
      'ITEM_REPEATED',
    ],
    [
      'a second maximum length',
      associateRq({}, { unknownItems: [{ itemType: 0x51, bytes: new Uint8Array(4) }] }),
      'ITEM_REPEATED',
    ],
    [
      'a sub-item cut short',
      associateRq({}, { unknownItems: [{ itemType: 0x54, bytes: Uint8Array.of(0, 9) }] }),
      'PDU_TRUNCATED',
    ],
    [
      'a context without an abstract syntax',
      associateRq({ unknownItems: [{ itemType: 0x20, bytes: Uint8Array.of(9, 0, 0, 0) }] }),
      'ITEM_MISSING',
    ],
  ])('with %s is answered with an abort', (_, request, code) => {
    const effects = newAcceptor().receive(encodePdu(request));
    expect(sentPdus(effects)).toEqual([{ type: 'abort', source: 0, reason: 0 }]);
    expect(effectsOf(effects, 'ended')).toMatchObject([{ how: 'aborted-by-us', fault: { code } }]);
  });
});
