import { describe, expect, it } from 'vitest';
import { noDataSet } from '../../../service/dicom/dimse/command-elements.ts';
import { encodeCommandSet } from '../../../service/dicom/dimse/command-set.ts';
import { statuses } from '../../../service/dicom/dimse/status.ts';
import {
  associateRq,
  commandPdu,
  ctImageStorage,
  dataPdu,
  doings,
  effectsOf,
  newAssociation,
  pData,
  secondaryCapture,
  sentCommands,
  sentPdus,
  storeCommand,
  storePdus,
  verification,
} from './conversation.ts';
import { concat } from './hex-fixture.ts';

const dataSet = Uint8Array.from({ length: 1000 }, (_, index) => index);

describe('C-STORE', () => {
  it('is begun, handed on as it comes, and answered once', () => {
    const acceptor = newAssociation();
    const chunk = storePdus(7, dataSet);
    const effects = acceptor.receive(chunk);
    expect(effects).toEqual([
      {
        do: 'store-begin',
        store: {
          messageId: 7,
          presentationContextId: 3,
          sopClassUid: ctImageStorage,
          sopInstanceUid: '2.25.7',
          transferSyntaxUid: '1.2.840.10008.1.2.1',
          priority: 'medium',
        },
      },
      { do: 'store-data', messageId: 7, bytes: dataSet },
      { do: 'store-end', messageId: 7 },
    ]);
    expect(acceptor.pendingStores).toBe(1);
    const answer = acceptor.answerStore(7, { status: 0 });
    expect(doings(answer)).toEqual(['send']);
    expect(sentCommands(answer)).toEqual([
      {
        affectedSopClassUid: ctImageStorage,
        commandField: 0x8001,
        messageIdBeingRespondedTo: 7,
        commandDataSetType: noDataSet,
        status: 0,
        affectedSopInstanceUid: '2.25.7',
      },
    ]);
    expect(acceptor.pendingStores).toBe(0);
    expect(acceptor.answerStore(7, { status: 0 })).toEqual([]);
  });

  it('hands on the data set in place, without a copy', () => {
    const chunk = storePdus(1, dataSet);
    const [data] = effectsOf(newAssociation().receive(chunk), 'store-data');
    expect(data?.bytes.buffer).toBe(chunk.buffer);
  });

  it('carries priority and move originator', () => {
    const command = storeCommand(1, { priority: 2, moveOriginatorAeTitle: 'ARCHIVE', moveOriginatorMessageId: 31 });
    const [begin] = effectsOf(newAssociation().receive(commandPdu(3, command)), 'store-begin');
    expect(begin?.store).toMatchObject({
      priority: 'low',
      moveOriginatorAeTitle: 'ARCHIVE',
      moveOriginatorMessageId: 31,
    });
  });

  it('may have its command and data set packed into one PDU, in many values, some of them empty', () => {
    const command = encodeCommandSet(storeCommand(1));
    const empty = new Uint8Array(0);
    const effects = newAssociation().receive(
      pData(
        [3, 1, command.subarray(0, 11)],
        [3, 1, empty],
        [3, 3, command.subarray(11)],
        [3, 0, empty],
        [3, 0, dataSet.subarray(0, 333)],
        [3, 0, dataSet.subarray(333)],
        [3, 2, empty],
      ),
    );
    expect(doings(effects)).toEqual(['store-begin', 'store-data', 'store-data', 'store-end']);
    expect(concat(...effectsOf(effects, 'store-data').map(({ bytes }) => bytes))).toEqual(dataSet);
  });

  it('that is answered early is drained, and answered when it is complete', () => {
    const acceptor = newAssociation();
    acceptor.receive(concat(commandPdu(3, storeCommand(1)), dataPdu(3, dataSet, false)));
    expect(acceptor.answerStore(1, { status: 0xa700 })).toEqual([]);
    expect(acceptor.receive(dataPdu(3, dataSet, false))).toEqual([]);
    const effects = acceptor.receive(dataPdu(3, dataSet));
    expect(doings(effects)).toEqual(['send']);
    expect(sentCommands(effects)).toMatchObject([{ messageIdBeingRespondedTo: 1, status: 0xa700 }]);
    expect(doings(acceptor.receive(storePdus(2)))).toEqual(['store-begin', 'store-data', 'store-end']);
  });

  it('is cancelled if the association dies before it is complete, and only then', () => {
    const incomplete = newAssociation();
    incomplete.receive(concat(commandPdu(3, storeCommand(1)), dataPdu(3, dataSet, false)));
    expect(doings(incomplete.transportClosed())).toEqual(['store-cancelled', 'ended']);
    const complete = newAssociation();
    complete.receive(storePdus(1));
    expect(doings(complete.transportClosed())).toEqual(['ended']);
    expect(complete.answerStore(1, { status: 0 })).toEqual([]);
    expect(complete.pendingStores).toBe(0);
  });

  it.each([
    ['on the verification context', 1, { affectedSopClassUid: verification }, 0x0122],
    ['of another SOP class than its context', 3, { affectedSopClassUid: secondaryCapture }, 0x0122],
    ['without a SOP class', 3, { affectedSopClassUid: '' }, 0x0122],
    ['without a SOP instance', 3, { affectedSopInstanceUid: '' }, 0x0117],
    ['with letters in its SOP instance', 3, { affectedSopInstanceUid: '1.2.a' }, 0x0117],
    ['with a SOP instance of 65 characters', 3, { affectedSopInstanceUid: `1.${'2'.repeat(63)}` }, 0x0117],
  ])('%s is drained and refused', (_, contextId, changes, status) => {
    const acceptor = newAssociation();
    expect(acceptor.receive(commandPdu(contextId, storeCommand(1, changes)))).toEqual([]);
    expect(acceptor.receive(dataPdu(contextId, dataSet, false))).toEqual([]);
    const effects = acceptor.receive(dataPdu(contextId, dataSet));
    expect(doings(effects)).toEqual(['send', 'refused']);
    expect(sentCommands(effects)).toMatchObject([{ commandField: 0x8001, messageIdBeingRespondedTo: 1, status }]);
    expect(doings(acceptor.receive(storePdus(2)))).toEqual(['store-begin', 'store-data', 'store-end']);
  });

  it('without a data set is a mistyped argument', () => {
    const effects = newAssociation().receive(commandPdu(3, storeCommand(1, { commandDataSetType: noDataSet })));
    expect(sentCommands(effects)).toMatchObject([{ status: statuses.mistypedArgument.code }]);
  });

  it('fails with an error comment and offending elements in what the standard allows', () => {
    const acceptor = newAssociation();
    acceptor.receive(storePdus(1));
    const errorComment = `Grün\\\n${'x'.repeat(100)}`;
    const effects = acceptor.answerStore(1, {
      status: 0xa900,
      errorComment,
      offendingElements: [0x00080016, 0x7fe00010],
    });
    expect(sentCommands(effects)).toMatchObject([
      { status: 0xa900, errorComment: `Gr?n??${'x'.repeat(58)}`, offendingElements: [0x00080016, 0x7fe00010] },
    ]);
  });

  it.each([0, 8, 9, 17, 130, 16_384])('is answered in PDUs of at most %d bytes, in one send', (maxPduBytes) => {
    const acceptor = newAssociation({}, associateRq({}, { maxPduBytes }));
    acceptor.receive(storePdus(1));
    const effects = acceptor.answerStore(1, { status: 0xa700, errorComment: 'Out of space' });
    expect(effects).toHaveLength(1);
    for (const pdu of sentPdus(effects)) {
      const length = encodedLength(pdu);
      if (maxPduBytes > 0) expect(length).toBeLessThanOrEqual(maxPduBytes);
      expect(length % 2).toBe(0);
    }
    expect(sentCommands(effects)).toMatchObject([{ status: 0xa700, errorComment: 'Out of space' }]);
  });

  it.each([1, 7])('is answered in PDUs of 8 bytes where the peer cannot even take those (%d)', (maxPduBytes) => {
    const acceptor = newAssociation({}, associateRq({}, { maxPduBytes }));
    acceptor.receive(storePdus(1));
    const effects = acceptor.answerStore(1, { status: 0 });
    expect(sentPdus(effects).map(encodedLength)).toContain(8);
    expect(sentCommands(effects)).toMatchObject([{ status: 0 }]);
  });
});

function encodedLength(pdu: ReturnType<typeof sentPdus>[number]): number {
  return pdu.type === 'p-data-tf' ? pdu.values.reduce((sum, { fragment }) => sum + 6 + fragment.length, 0) : 0;
}
