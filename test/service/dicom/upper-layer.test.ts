import { describe, expect, it } from 'vitest';
import type { Acceptor } from '../../../service/dicom/acceptor.ts';
import type { Effect } from '../../../service/dicom/effects.ts';
import { encodePdu } from '../../../service/dicom/pdu/encode.ts';
import type { State } from '../../../service/dicom/upper-layer/states.ts';
import {
  associateRq,
  commandPdu,
  doings,
  echoCommand,
  effectsOf,
  newAcceptor,
  newAssociation,
  pData,
  sentCommands,
  sentPdus,
  storeCommand,
  storePdus,
} from './conversation.ts';
import { bytesOfHex, concat, hexFixture } from './hex-fixture.ts';

const received = {
  'A-ASSOCIATE-RQ': encodePdu(associateRq()),
  'A-ASSOCIATE-AC': hexFixture('associate-ac-every-sub-item'),
  'A-ASSOCIATE-RJ': hexFixture('associate-rj'),
  'P-DATA-TF': commandPdu(1, echoCommand(9)),
  'A-RELEASE-RQ': hexFixture('release-rq'),
  'A-RELEASE-RP': hexFixture('release-rp'),
  'A-ABORT': hexFixture('abort'),
  'unknown PDU': bytesOfHex('09 00 00 00 00 02 00 00'),
} as const;

type ReceivedName = keyof typeof received;

/** Ways to each state that outlasts a call. Sta3 and Sta12 do not: their user answers at once. */
const waysTo: Partial<Record<State, () => Acceptor>> = {
  'awaiting-associate-rq': () => {
    const acceptor = newAcceptor();
    acceptor.transportOpened();
    return acceptor;
  },
  established: () => newAssociation(),
  'awaiting-release-rp': () => {
    const acceptor = newAssociation();
    acceptor.release();
    return acceptor;
  },
  'awaiting-release-response': () => {
    const acceptor = newAssociation();
    acceptor.receive(concat(storePdus(1), received['A-RELEASE-RQ']));
    return acceptor;
  },
  'collision-awaiting-release-rp': () => {
    const acceptor = newAssociation();
    acceptor.release();
    acceptor.receive(received['A-RELEASE-RQ']);
    return acceptor;
  },
  'awaiting-transport-close': () => {
    const acceptor = newAssociation();
    acceptor.receive(received['A-RELEASE-RQ']);
    return acceptor;
  },
  idle: () => {
    const acceptor = newAssociation();
    acceptor.transportClosed();
    return acceptor;
  },
};

function at(state: State): Acceptor {
  const acceptor = waysTo[state]?.();
  if (!acceptor) throw new Error(`no way to ${state}`);
  expect(acceptor.state).toBe(state);
  return acceptor;
}

const userAbort = { type: 'abort', source: 0, reason: 0 };
const unexpected = { type: 'abort', source: 2, reason: 2 };
const unrecognized = { type: 'abort', source: 2, reason: 1 };

const afterAbort = ['send', 'ended', 'start-artim'];

describe('what a PDU brings about', () => {
  it.each<[ReceivedName, State, State, string[]]>([
    ['A-ASSOCIATE-RQ', 'awaiting-associate-rq', 'established', ['stop-artim', 'send', 'associated']],
    ['P-DATA-TF', 'established', 'established', ['send', 'echoed']],
    ['A-RELEASE-RQ', 'established', 'awaiting-transport-close', ['send', 'ended', 'start-artim']],
    ['A-RELEASE-RP', 'awaiting-release-rp', 'idle', ['ended', 'close']],
    ['A-RELEASE-RQ', 'awaiting-release-rp', 'collision-awaiting-release-rp', []],
    ['P-DATA-TF', 'awaiting-release-rp', 'awaiting-release-rp', []],
    ['A-RELEASE-RP', 'collision-awaiting-release-rp', 'awaiting-transport-close', ['send', 'ended', 'start-artim']],
    ['A-ABORT', 'awaiting-associate-rq', 'idle', ['ended', 'stop-artim', 'close']],
    ['A-ABORT', 'established', 'idle', ['ended', 'close']],
    ['A-ABORT', 'awaiting-release-response', 'idle', ['ended', 'close']],
    ['A-ABORT', 'awaiting-transport-close', 'idle', ['stop-artim', 'close']],
  ])('%s in %s leads to %s', (name, state, next, done) => {
    const acceptor = at(state);
    expect(doings(acceptor.receive(received[name]))).toEqual(done);
    expect(acceptor.state).toBe(next);
  });

  it.each<[State, ReceivedName[]]>([
    [
      'awaiting-associate-rq',
      ['A-ASSOCIATE-AC', 'A-ASSOCIATE-RJ', 'P-DATA-TF', 'A-RELEASE-RQ', 'A-RELEASE-RP', 'unknown PDU'],
    ],
  ])('in %s, an abort by the user follows what is not expected (AA-1)', (state, names) => {
    for (const name of names) {
      const acceptor = at(state);
      const effects = acceptor.receive(received[name]);
      expect(doings(effects)).toEqual(afterAbort);
      expect(sentPdus(effects)).toEqual([userAbort]);
      expect(acceptor.state).toBe('awaiting-transport-close');
    }
  });

  it.each<[State, ReceivedName[]]>([
    ['established', ['A-ASSOCIATE-RQ', 'A-ASSOCIATE-AC', 'A-ASSOCIATE-RJ', 'A-RELEASE-RP']],
    ['awaiting-release-rp', ['A-ASSOCIATE-RQ', 'A-ASSOCIATE-AC', 'A-ASSOCIATE-RJ']],
    [
      'awaiting-release-response',
      ['A-ASSOCIATE-RQ', 'A-ASSOCIATE-AC', 'A-ASSOCIATE-RJ', 'P-DATA-TF', 'A-RELEASE-RQ', 'A-RELEASE-RP'],
    ],
    [
      'collision-awaiting-release-rp',
      ['A-ASSOCIATE-RQ', 'A-ASSOCIATE-AC', 'A-ASSOCIATE-RJ', 'P-DATA-TF', 'A-RELEASE-RQ'],
    ],
  ])('in %s, an abort by the provider follows what is not expected (AA-8)', (state, names) => {
    for (const [name, abort] of [
      ...names.map((name) => [name, unexpected] as const),
      ['unknown PDU', unrecognized] as const,
    ]) {
      const acceptor = at(state);
      const effects = acceptor.receive(received[name]);
      expect(doings(effects)).toEqual(afterAbort);
      expect(sentPdus(effects)).toEqual([abort]);
      expect(acceptor.state).toBe('awaiting-transport-close');
    }
  });

  it('is nothing while the transport is awaited to close, but for what is no longer possible (AA-6, AA-7)', () => {
    for (const name of ['A-ASSOCIATE-AC', 'A-ASSOCIATE-RJ', 'P-DATA-TF', 'A-RELEASE-RQ', 'A-RELEASE-RP'] as const) {
      expect(at('awaiting-transport-close').receive(received[name])).toEqual([]);
    }
    expect(sentPdus(at('awaiting-transport-close').receive(received['A-ASSOCIATE-RQ']))).toEqual([unexpected]);
    expect(sentPdus(at('awaiting-transport-close').receive(received['unknown PDU']))).toEqual([unrecognized]);
  });

  it('is nothing once the transport is gone', () => {
    for (const bytes of Object.values(received)) expect(at('idle').receive(bytes)).toEqual([]);
  });
});

describe('the transport and the timer', () => {
  it.each<[State, string[]]>([
    ['awaiting-associate-rq', ['ended', 'stop-artim']],
    ['established', ['ended']],
    ['awaiting-release-rp', ['ended']],
    ['awaiting-release-response', ['ended']],
    ['collision-awaiting-release-rp', ['ended']],
    ['awaiting-transport-close', ['stop-artim']],
    ['idle', []],
  ])('a close in %s ends everything', (state, done) => {
    const acceptor = at(state);
    const effects = acceptor.transportClosed();
    expect(doings(effects)).toEqual(done);
    for (const { how } of effectsOf(effects, 'ended')) expect(how).toBe('transport-closed');
    expect(acceptor.state).toBe('idle');
  });

  it.each<[State, string[]]>([
    ['awaiting-associate-rq', ['ended', 'stop-artim', 'close']],
    ['awaiting-transport-close', ['stop-artim', 'close']],
    ['established', []],
    ['awaiting-release-rp', []],
    ['awaiting-release-response', []],
    ['collision-awaiting-release-rp', []],
    ['idle', []],
  ])('ARTIM expiring in %s does %j', (state, done) => {
    expect(doings(at(state).artimExpired())).toEqual(done);
  });

  it('start ARTIM once, with the transport or else with the first bytes', () => {
    const acceptor = newAcceptor();
    expect(acceptor.transportOpened()).toEqual([{ do: 'start-artim' }]);
    expect(acceptor.transportOpened()).toEqual([]);
    expect(newAcceptor().receive(Uint8Array.of(1))).toEqual([{ do: 'start-artim' }]);
  });
});

describe('what the local user asks', () => {
  it.each<State>(['established', 'awaiting-release-rp', 'awaiting-release-response', 'collision-awaiting-release-rp'])(
    'an abort in %s is sent with its cause',
    (state) => {
      const cause = { source: 2, reason: 0 };
      const effects = at(state).abort(cause);
      expect(doings(effects)).toEqual(afterAbort);
      expect(sentPdus(effects)).toEqual([{ type: 'abort', ...cause }]);
      expect(effects[1]).toEqual({ do: 'ended', how: 'aborted-by-us', abortCause: cause });
      expect(sentPdus(at(state).abort())).toEqual([userAbort]);
    },
  );

  it('an abort without an association closes the transport', () => {
    expect(at('awaiting-associate-rq').abort()).toEqual([{ do: 'close' }]);
    expect(at('awaiting-transport-close').abort()).toEqual([{ do: 'close' }]);
    expect(at('idle').abort()).toEqual([]);
  });

  it('a release is asked of an idle association only', () => {
    expect(sentPdus(at('established').release())).toEqual([{ type: 'release-rq' }]);
    for (const state of ['awaiting-associate-rq', 'awaiting-release-rp', 'awaiting-transport-close', 'idle'] as const) {
      expect(at(state).release()).toEqual([]);
    }
    const storing = newAssociation();
    storing.receive(storePdus(1));
    expect(storing.release()).toEqual([]);
    const receiving = newAssociation();
    receiving.receive(pData([3, 1, Uint8Array.of(0, 0)]));
    expect(receiving.release()).toEqual([]);
  });
});

describe('a release the peer asks for', () => {
  it('waits for what was received whole to be answered (AR-7, AR-4)', () => {
    const acceptor = at('awaiting-release-response');
    const effects = acceptor.answerStore(1, { status: 0 });
    expect(doings(effects)).toEqual(['send', 'send', 'ended', 'start-artim']);
    expect(sentCommands(effects)).toMatchObject([{ messageIdBeingRespondedTo: 1, status: 0 }]);
    expect(sentPdus(effects)[1]).toEqual({ type: 'release-rp' });
    expect(effects).toContainEqual({ do: 'ended', how: 'released' } satisfies Effect);
  });

  it('cancels what was not received whole', () => {
    const acceptor = newAssociation();
    acceptor.receive(commandPdu(3, storeCommand(1)));
    const effects = acceptor.receive(received['A-RELEASE-RQ']);
    expect(doings(effects)).toEqual(['store-cancelled', 'send', 'ended', 'start-artim']);
    expect(acceptor.pendingStores).toBe(0);
  });
});
