import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Acceptor } from '../../../service/dicom/acceptor.ts';
import type { Effect } from '../../../service/dicom/effects.ts';
import { encodePdu } from '../../../service/dicom/pdu/encode.ts';
import { states } from '../../../service/dicom/upper-layer/states.ts';
import {
  associateRq,
  commandPdu,
  dataPdu,
  echoCommand,
  newAcceptor,
  pData,
  peerAsksWindow,
  storeCommand,
  storePdus,
} from './conversation.ts';
import { concat, hexFixture } from './hex-fixture.ts';

type Move = (acceptor: Acceptor) => readonly Effect[];

const byte = fc.nat({ max: 0xff });
const request = encodePdu(associateRq({}, peerAsksWindow(3)));

const wellFormed = fc.oneof(
  fc.constantFrom(
    request,
    hexFixture('associate-rq-user-identity'),
    hexFixture('associate-ac-every-sub-item'),
    hexFixture('associate-rj'),
    hexFixture('release-rq'),
    hexFixture('release-rp'),
    hexFixture('abort'),
    commandPdu(1, echoCommand(1)),
    commandPdu(3, storeCommand(1)),
  ),
  fc.tuple(fc.nat({ max: 3 }), fc.uint8Array({ maxLength: 50 })).map(([id, bytes]) => storePdus(id, bytes)),
  fc.tuple(fc.uint8Array({ maxLength: 50 }), fc.boolean()).map(([bytes, isLast]) => dataPdu(3, bytes, isLast)),
  fc
    .array(fc.tuple(fc.nat({ max: 9 }), byte, fc.uint8Array({ maxLength: 30 })), { maxLength: 4 })
    .map((values) => pData(...values)),
);

const damaged = fc
  .tuple(wellFormed, fc.array(fc.tuple(fc.nat(), byte), { minLength: 1, maxLength: 4 }))
  .map(([bytes, changes]) => {
    const copy = bytes.slice();
    for (const [at, value] of changes) copy[at % copy.length] = value;
    return copy;
  });

const receive =
  (bytes: Uint8Array): Move =>
  (acceptor) =>
    acceptor.receive(bytes);

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: wellFormed.map(receive) },
  { weight: 3, arbitrary: damaged.map(receive) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }).map(receive) },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 0xffff })).map(
      ([messageId, status]): Move =>
        (acceptor) =>
          acceptor.answerStore(messageId, { status }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Move>(
      (acceptor) => acceptor.transportOpened(),
      (acceptor) => acceptor.transportClosed(),
      (acceptor) => acceptor.artimExpired(),
      (acceptor) => acceptor.abort(),
      (acceptor) => acceptor.release(),
      (acceptor) => acceptor.answerAction(1, { status: 0 }),
    ),
  },
);

/** Throws if the effects, over the life of an association, are not such as a service can rely on. */
function checkLife(effects: readonly Effect[]): void {
  const open = new Set<number>();
  const seen = { ended: 0, closed: 0 };
  for (const effect of effects) {
    if (seen.ended > 0) expect(['send', 'start-artim', 'stop-artim', 'close']).toContain(effect.do);
    if (effect.do === 'store-begin') {
      expect(open).not.toContain(effect.store.messageId);
      open.add(effect.store.messageId);
    }
    if (effect.do === 'store-data') expect(open).toContain(effect.messageId);
    if (effect.do === 'store-end' || effect.do === 'store-cancelled') {
      expect(open.delete(effect.messageId)).toBe(true);
    }
    if (effect.do === 'ended') seen.ended++;
  }
  expect(seen.ended).toBeLessThanOrEqual(1);
}

describe('an acceptor', () => {
  it.each([
    ['from the beginning', new Uint8Array(0)],
    ['with an association', request],
    ['within a data set', concat(request, commandPdu(3, storeCommand(1)), dataPdu(3, Uint8Array.of(1, 2), false))],
    ['with a store to be answered', concat(request, storePdus(1))],
    ['asked to release', concat(request, storePdus(1), hexFixture('release-rq'))],
    ['after an abort', concat(request, hexFixture('associate-rj'))],
  ])('%s, takes anything: it never throws, and its effects make sense', (_, beginning) => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 12 }), fc.boolean(), (moves, strict) => {
        const acceptor = newAcceptor({ strict, asyncWindow: 3 });
        const effects = [...acceptor.transportOpened(), ...acceptor.receive(beginning)];
        for (const make of moves) {
          effects.push(...make(acceptor));
          expect(Object.keys(states)).toContain(acceptor.state);
        }
        effects.push(...acceptor.transportClosed());
        expect(acceptor.state).toBe('idle');
        expect(acceptor.pendingStores).toBe(0);
        checkLife(effects);
        expect(effects.filter((effect) => effect.do === 'ended')).toHaveLength(1);
      }),
      { numRuns: 400 },
    );
  });
});
