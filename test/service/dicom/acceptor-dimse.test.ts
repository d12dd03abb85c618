import { describe, expect, it } from 'vitest';
import { commandFields, noDataSet } from '../../../service/dicom/dimse/command-elements.ts';
import { statuses } from '../../../service/dicom/dimse/status.ts';
import {
  commandPdu,
  commitment,
  ctImageStorage,
  dataPdu,
  doings,
  echoCommand,
  effectsOf,
  newAssociation,
  sentCommands,
  sentPdus,
  verification,
} from './conversation.ts';

const dataSet = Uint8Array.from({ length: 1000 }, (_, index) => index);
const userAbort = { type: 'abort', source: 0, reason: 0 };

describe('C-ECHO', () => {
  it('is answered, its data set drained should it have one', () => {
    const acceptor = newAssociation();
    expect(acceptor.receive(commandPdu(1, { ...echoCommand(5), commandDataSetType: 0 }))).toEqual([]);
    const effects = acceptor.receive(dataPdu(1, dataSet));
    expect(doings(effects)).toEqual(['send', 'echoed']);
    expect(sentCommands(effects)).toEqual([
      {
        affectedSopClassUid: verification,
        commandField: 0x8030,
        messageIdBeingRespondedTo: 5,
        commandDataSetType: noDataSet,
        status: 0,
      },
    ]);
  });

  it('is refused in a context of another service', () => {
    const effects = newAssociation().receive(commandPdu(3, echoCommand(5)));
    expect(sentCommands(effects)).toMatchObject([{ status: 0x0122 }]);
  });
});

describe('other commands', () => {
  it.each([
    'cGetRq',
    'cFindRq',
    'cMoveRq',
    'nEventReportRq',
    'nGetRq',
    'nSetRq',
    'nActionRq',
    'nCreateRq',
    'nDeleteRq',
  ] as const)('%s is drained and is an unrecognized operation', (name) => {
    const acceptor = newAssociation();
    const commandField = commandFields[name];
    acceptor.receive(commandPdu(3, { commandField, messageId: 4, commandDataSetType: 0, requestedSopClassUid: '1.2' }));
    const effects = acceptor.receive(dataPdu(3, dataSet));
    expect(sentCommands(effects)).toEqual([
      {
        affectedSopClassUid: '1.2',
        commandField: commandField | 0x8000,
        messageIdBeingRespondedTo: 4,
        commandDataSetType: noDataSet,
        status: 0x0211,
      },
    ]);
    expect(effectsOf(effects, 'refused')).toEqual([{ do: 'refused', messageId: 4, commandField, status: 0x0211 }]);
  });

  it('a C-CANCEL has no answer', () => {
    const cancel = {
      commandField: commandFields.cCancelRq,
      messageIdBeingRespondedTo: 1,
      commandDataSetType: noDataSet,
    };
    expect(newAssociation().receive(commandPdu(3, cancel))).toEqual([]);
  });

  it('a response to nothing is passed over, and told', () => {
    const response = { commandField: 0x8001, messageIdBeingRespondedTo: 1, commandDataSetType: noDataSet, status: 0 };
    expect(newAssociation().receive(commandPdu(3, response))).toEqual([
      { do: 'leniency', kind: 'response-unexpected' },
    ]);
    expect(sentPdus(newAssociation({ strict: true }).receive(commandPdu(3, response)))).toEqual([
      { type: 'abort', source: 2, reason: 6 },
    ]);
  });

  it.each([
    ['a message ID', { commandField: 0x30, commandDataSetType: noDataSet }],
    ['a command field', { messageId: 1, commandDataSetType: noDataSet }],
    ['a data set type', { commandField: 0x30, messageId: 1 }],
  ])('without %s end the association', (_, command) => {
    const effects = newAssociation().receive(commandPdu(1, command));
    expect(sentPdus(effects)).toEqual([userAbort]);
    expect(effectsOf(effects, 'ended')).toMatchObject([{ fault: { code: 'COMMAND_INCOMPLETE' } }]);
  });
});

describe('N-ACTION of storage commitment', () => {
  const actionCommand = {
    requestedSopClassUid: commitment,
    commandField: commandFields.nActionRq,
    messageId: 9,
    commandDataSetType: 0,
    requestedSopInstanceUid: '1.2.840.10008.1.20.1.1',
    actionTypeId: 1,
  };

  it('is handed on with its whole data set and answered', () => {
    const acceptor = newAssociation();
    acceptor.receive(commandPdu(7, actionCommand));
    acceptor.receive(dataPdu(7, dataSet.subarray(0, 500), false));
    const effects = acceptor.receive(dataPdu(7, dataSet.subarray(500)));
    expect(effectsOf(effects, 'action')).toMatchObject([{ action: { messageId: 9, actionTypeId: 1 }, dataSet }]);
    expect(sentCommands(acceptor.answerAction(9, { status: 0 }))).toEqual([
      {
        affectedSopClassUid: commitment,
        commandField: 0x8130,
        messageIdBeingRespondedTo: 9,
        commandDataSetType: noDataSet,
        status: 0,
        affectedSopInstanceUid: '1.2.840.10008.1.20.1.1',
        actionTypeId: 1,
      },
    ]);
    expect(acceptor.answerAction(9, { status: 0 })).toEqual([]);
  });

  it.each([
    ['another SOP class', { requestedSopClassUid: ctImageStorage }, statuses.noSuchSopClass],
    ['no SOP instance', { requestedSopInstanceUid: '' }, statuses.noSuchSopInstance],
    ['no data set', { commandDataSetType: noDataSet }, statuses.mistypedArgument],
  ])('with %s is refused', (_, changes, { code }) => {
    const acceptor = newAssociation();
    const effects = [...acceptor.receive(commandPdu(7, { ...actionCommand, ...changes }))];
    if (!('commandDataSetType' in changes)) effects.push(...acceptor.receive(dataPdu(7, dataSet)));
    expect(sentCommands(effects)).toMatchObject([{ commandField: 0x8130, status: code }]);
  });

  it('with a data set beyond what is kept is a resource limitation', () => {
    const acceptor = newAssociation();
    acceptor.receive(commandPdu(7, actionCommand));
    const mebibyte = new Uint8Array(1024 * 1024 - 6);
    for (let part = 0; part < 9; part++)
      expect(acceptor.receive(dataPdu(7, mebibyte, false))).toEqual([
        { do: 'leniency', kind: 'pdu-over-announced-max' },
      ]);
    const effects = acceptor.receive(dataPdu(7, Uint8Array.of(0, 0)));
    expect(sentCommands(effects)).toMatchObject([{ status: statuses.resourceLimitation.code }]);
  });
});
