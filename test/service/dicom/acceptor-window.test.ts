import { describe, expect, it } from 'vitest';
import { statuses } from '../../../service/dicom/dimse/status.ts';
import {
  associateRq,
  commandPdu,
  doings,
  echoCommand,
  effectsOf,
  newAssociation,
  peerAsksWindow,
  sentCommands,
  sentPdus,
  storePdus,
} from './conversation.ts';
import { concat } from './hex-fixture.ts';

const userAbort = { type: 'abort', source: 0, reason: 0 };

describe('the asynchronous operations window', () => {
  const windowOf = (asyncWindow: number, maxInvoked: number) =>
    newAssociation({ asyncWindow }, associateRq({}, peerAsksWindow(maxInvoked)));

  it('lets as many stores be outstanding as were agreed, answered in any order', () => {
    const acceptor = windowOf(3, 5);
    const effects = acceptor.receive(concat(storePdus(1), storePdus(2), storePdus(3)));
    expect(effectsOf(effects, 'store-end').map(({ messageId }) => messageId)).toEqual([1, 2, 3]);
    for (const messageId of [2, 3, 1]) {
      expect(sentCommands(acceptor.answerStore(messageId, { status: 0 }))).toMatchObject([
        { messageIdBeingRespondedTo: messageId, affectedSopInstanceUid: `2.25.${messageId}` },
      ]);
    }
    expect(doings(acceptor.receive(storePdus(1)))).toEqual(['store-begin', 'store-data', 'store-end']);
  });

  it.each([
    ['not negotiated', newAssociation(), 1],
    ['not asked for', newAssociation({ asyncWindow: 3 }), 1],
    ['agreed', windowOf(3, 0), 3],
    ['smaller than granted', windowOf(8, 2), 2],
  ])('that is %s ends the association of a peer that exceeds it', (_, acceptor, window) => {
    for (let messageId = 1; messageId <= window; messageId++) acceptor.receive(storePdus(messageId));
    expect(acceptor.pendingStores).toBe(window);
    const effects = acceptor.receive(storePdus(window + 1));
    expect(sentPdus(effects)).toEqual([userAbort]);
    expect(effectsOf(effects, 'ended')).toMatchObject([{ fault: { code: 'OPERATIONS_WINDOW_EXCEEDED' } }]);
  });

  it('does not let a message ID be used for two at once', () => {
    const acceptor = windowOf(3, 3);
    acceptor.receive(storePdus(1));
    const effects = acceptor.receive(storePdus(1));
    expect(doings(effects)).toEqual(['send', 'refused']);
    expect(sentCommands(effects)).toMatchObject([{ status: statuses.duplicateInvocation.code }]);
    expect(acceptor.pendingStores).toBe(1);
  });

  it('does not hold up a C-ECHO', () => {
    const acceptor = newAssociation();
    acceptor.receive(storePdus(1));
    expect(doings(acceptor.receive(commandPdu(1, echoCommand(2))))).toEqual(['send', 'echoed']);
  });
});
