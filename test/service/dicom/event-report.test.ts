import { describe, expect, it } from 'vitest';
import { commandFields, noDataSet } from '../../../service/dicom/dimse/command-elements.ts';
import { encodePdu } from '../../../service/dicom/pdu/encode.ts';
import type { AssociateAc, RoleSelection } from '../../../service/dicom/pdu/types.ts';
import { noUserInformation } from '../../../service/dicom/pdu/user-information.ts';
import { EventReportRequestor, type RequestorEffect } from '../../../service/dicom/requestor/event-report-requestor.ts';
import {
  commandPdu,
  commitment,
  dataPdu,
  doings,
  echoCommand,
  effectsOf,
  explicitLittle,
  implicitLittle,
  newAssociation,
  sentCommands,
  sentPdus,
} from './conversation.ts';

const dataSet = Uint8Array.from({ length: 40_000 }, (_, index) => index);
const event = { presentationContextId: 7, sopInstanceUid: '1.2.840.10008.1.20.1.1', eventTypeId: 1, dataSet };
const response = {
  affectedSopClassUid: commitment,
  commandField: commandFields.nEventReportRq | 0x8000,
  messageIdBeingRespondedTo: 1,
  commandDataSetType: noDataSet,
  status: 0,
};

describe('a report on the association of the peer', () => {
  it('is sent in PDUs that the peer takes, and its answer is told', () => {
    const acceptor = newAssociation();
    const effects = acceptor.reportEvent(event) ?? [];
    const values = sentPdus(effects).flatMap((pdu) => (pdu.type === 'p-data-tf' ? pdu.values : []));
    expect(values.every(({ fragment }) => fragment.length <= 16_384 - 6)).toBe(true);
    const [, ...data] = values;
    expect(Buffer.concat(data.map(({ fragment }) => fragment)).equals(Buffer.from(dataSet))).toBe(true);
    expect(data.map(({ control }) => control)).toEqual([0, 0, 2]);
    expect(acceptor.receive(commandPdu(7, response))).toEqual([{ do: 'event-report-answered', status: 0 }]);
  });

  it('is answered with a reply that nobody reads', () => {
    const acceptor = newAssociation();
    acceptor.reportEvent(event);
    expect(acceptor.receive(commandPdu(7, { ...response, commandDataSetType: 0 }))).toEqual([]);
    expect(acceptor.receive(dataPdu(7, dataSet))).toEqual([{ do: 'event-report-answered', status: 0 }]);
  });

  it('is not sent while the peer is within a message, or another report is not answered', () => {
    const acceptor = newAssociation();
    acceptor.receive(commandPdu(1, { ...echoCommand(1), commandDataSetType: 0 }));
    expect(acceptor.reportEvent(event)).toBeUndefined();
    acceptor.receive(dataPdu(1, dataSet.subarray(0, 10)));
    expect(acceptor.reportEvent(event)).toBeDefined();
    expect(acceptor.reportEvent(event)).toBeUndefined();
    acceptor.receive(commandPdu(7, response));
    expect(acceptor.reportEvent(event)).toBeDefined();
  });

  it('does not keep the peer from asking, nor from releasing', () => {
    const acceptor = newAssociation();
    acceptor.reportEvent(event);
    expect(sentCommands(acceptor.receive(commandPdu(1, echoCommand(5))))).toMatchObject([{ status: 0 }]);
    const effects = acceptor.receive(encodePdu({ type: 'release-rq' }));
    expect(effectsOf(effects, 'ended')).toMatchObject([{ how: 'released' }]);
    expect(acceptor.reportEvent(event)).toBeUndefined();
  });

  it('is answered by the message of its own: another is a response to nothing', () => {
    const acceptor = newAssociation();
    acceptor.reportEvent(event);
    const effects = acceptor.receive(commandPdu(7, { ...response, messageIdBeingRespondedTo: 9 }));
    expect(doings(effects)).toEqual(['leniency']);
  });
});

const acceptance = (
  roleSelections: readonly RoleSelection[],
  context: { readonly result?: number; readonly transferSyntaxUid?: string } = {},
): Uint8Array =>
  encodePdu({
    type: 'associate-ac',
    protocolVersion: 1,
    echoed: new Uint8Array(64),
    applicationContextName: '1.2.840.10008.3.1.1.1',
    presentationContexts: [{ id: 1, result: 0, transferSyntaxUid: explicitLittle, ...context }],
    userInformation: { ...noUserInformation, maxPduBytes: 4_096, implementationClassUid: '1.2', roleSelections },
    unknownItems: [],
  } satisfies AssociateAc);

const granted = [{ sopClassUid: commitment, scu: false, scp: true }];

function newRequestor(): EventReportRequestor {
  return new EventReportRequestor(
    {
      calledAeTitle: 'CT1',
      callingAeTitle: 'STORESCP',
      sopClassUid: commitment,
      sopInstanceUid: event.sopInstanceUid,
      eventTypeId: 2,
      transferSyntaxUids: [explicitLittle, implicitLittle],
      encode: (transferSyntaxUid) => (transferSyntaxUid === explicitLittle ? dataSet : dataSet.subarray(0, 100)),
    },
    { maxPduBytes: 131_072, implementationClassUid: '2.25.1', implementationVersionName: 'TEST' },
  );
}

const sent = (effects: readonly RequestorEffect[]) =>
  sentPdus(effects.flatMap((effect) => (effect.do === 'send' ? [effect] : [])));
const answersOf = (effects: readonly RequestorEffect[]) =>
  effects.flatMap((effect) => (effect.do === 'concluded' ? [effect.answer] : []));

describe('a report on an association of our own', () => {
  it('proposes to be the SCP, reports, releases and closes', () => {
    const requestor = newRequestor();
    const [request] = sent(requestor.connected());
    expect(request).toMatchObject({
      type: 'associate-rq',
      calledAeTitle: 'CT1',
      callingAeTitle: 'STORESCP',
      presentationContexts: [{ abstractSyntaxUid: commitment, transferSyntaxUids: [explicitLittle, implicitLittle] }],
      userInformation: { roleSelections: granted },
    });
    const reported = requestor.receive(acceptance(granted));
    const values = sent(reported).flatMap((pdu) => (pdu.type === 'p-data-tf' ? pdu.values : []));
    expect(Buffer.concat(values.slice(1).map(({ fragment }) => fragment)).equals(Buffer.from(dataSet))).toBe(true);
    const answered = requestor.receive(commandPdu(1, response));
    expect(answersOf(answered)).toEqual([{ kind: 'answered', status: 0 }]);
    expect(sent(answered)).toEqual([{ type: 'release-rq' }]);
    expect(requestor.receive(encodePdu({ type: 'release-rp' }))).toEqual([{ do: 'close' }]);
  });

  it('takes bytes cut anywhere', () => {
    const requestor = newRequestor();
    const bytes = Buffer.concat([acceptance(granted), commandPdu(1, { ...response, status: 0x0110 })]);
    const effects = [...bytes].flatMap((byte) => requestor.receive(Uint8Array.of(byte)));
    expect(answersOf(effects)).toEqual([{ kind: 'answered', status: 0x0110 }]);
  });

  it('is sent to a peer that does not speak of roles', () => {
    const requestor = newRequestor();
    const effects = requestor.receive(acceptance([], { transferSyntaxUid: implicitLittle }));
    expect(answersOf(effects)).toEqual([]);
    expect(sent(effects).length).toBe(3);
  });

  it.each([
    ['refuses the role', acceptance([{ sopClassUid: commitment, scu: true, scp: false }]), 'role'],
    ['refuses the context', acceptance(granted, { result: 3 }), 'context'],
    ['chooses a transfer syntax that was not offered', acceptance(granted, { transferSyntaxUid: '1.2.3' }), 'context'],
  ] as const)('is not sent to a peer that %s', (_, bytes, why) => {
    const effects = newRequestor().receive(bytes);
    expect(answersOf(effects)).toEqual([{ kind: 'refused', why }]);
    expect(sent(effects).at(-1)).toEqual({ type: 'release-rq' });
  });

  it.each([
    ['rejects', encodePdu({ type: 'associate-rj', result: 1, source: 1, reason: 7 }), { kind: 'rejected' }],
    ['aborts', encodePdu({ type: 'abort', source: 0, reason: 0 }), { kind: 'aborted' }],
    ['releases at once', encodePdu({ type: 'release-rq' }), { kind: 'aborted' }],
    ['sends what is no PDU', Uint8Array.from([9, 0, 0, 0, 0, 0]), { kind: 'fault', code: 'PDU_TYPE_UNKNOWN' }],
    [
      'announces a PDU without end',
      Uint8Array.from([2, 0, 255, 255, 255, 255]),
      { kind: 'fault', code: 'PDU_TOO_LARGE' },
    ],
    ['reports before it has accepted', commandPdu(1, response), { kind: 'fault', code: 'PDV_CONTEXT_UNKNOWN' }],
  ] as const)('ends with a peer that %s', (_, bytes, answer) => {
    const effects = newRequestor().receive(bytes);
    expect(answersOf(effects)).toMatchObject([answer]);
    expect(effects.at(-1)).toEqual({ do: 'close' });
  });

  it('ends with a peer that answers something else', () => {
    const requestor = newRequestor();
    requestor.receive(acceptance(granted));
    const effects = requestor.receive(commandPdu(1, echoCommand(3)));
    expect(answersOf(effects)).toMatchObject([{ kind: 'fault' }]);
    expect(requestor.receive(commandPdu(1, response))).toEqual([]);
  });
});
