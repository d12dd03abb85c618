import { describe, expect, it } from 'vitest';
import type { Acceptor } from '../../../service/dicom/acceptor.ts';
import { encodeCommandSet } from '../../../service/dicom/dimse/command-set.ts';
import type { Effect } from '../../../service/dicom/effects.ts';
import { encodePdu } from '../../../service/dicom/pdu/encode.ts';
import {
  associateRq,
  commandPdu,
  dataPdu,
  echoCommand,
  effectsOf,
  newAcceptor,
  pData,
  peerAsksWindow,
  storeCommand,
} from './conversation.ts';
import { concat, hexFixture } from './hex-fixture.ts';

const dataSet = Uint8Array.from({ length: 90 }, (_, index) => index);
const packed = encodeCommandSet(storeCommand(5));

/** As DCMTK sends it: one store, its command and data set in a PDU each. */
const recorded = concat(hexFixture('associate-rq-user-identity'), hexFixture('store'), hexFixture('release-rq'));
const recordedEcho = concat(hexFixture('associate-rq-verification'), hexFixture('echo'), hexFixture('release-rq'));

/** As anybody may: an echo; stores packed into one PDU, spread over many, with empty values; a fault of DIMSE; a release. */
const packings = concat(
  encodePdu(associateRq({}, peerAsksWindow(4))),
  commandPdu(1, echoCommand(1)),
  commandPdu(3, storeCommand(4)),
  dataPdu(3, dataSet.subarray(0, 40), false),
  dataPdu(3, dataSet.subarray(40)),
  pData([3, 1, packed.subarray(0, 20)], [3, 3, packed.subarray(20)], [3, 0, new Uint8Array(0)], [3, 2, dataSet]),
  commandPdu(3, storeCommand(6, { affectedSopClassUid: '1.2.3' })),
  dataPdu(3, dataSet),
  hexFixture('release-rq'),
);

/** Ends in a fault, and in rubbish after it. */
const faulty = concat(encodePdu(associateRq()), commandPdu(3, storeCommand(1)), commandPdu(3, storeCommand(2)), packed);

/** What a peer and a service would see, however the bytes were cut: store-data put together, its memory copied. */
function observe(acceptor: Acceptor, chunks: readonly Uint8Array[]): Effect[] {
  const seen: Effect[] = [];
  const note = (effects: readonly Effect[]): void => {
    for (const effect of effects) {
      const before = seen.at(-1);
      if (effect.do === 'store-data' && before?.do === 'store-data' && before.messageId === effect.messageId) {
        seen[seen.length - 1] = { ...before, bytes: concat(before.bytes, effect.bytes) };
      } else if (effect.do === 'store-data') {
        seen.push({ ...effect, bytes: effect.bytes.slice() });
      } else {
        seen.push(effect);
      }
    }
  };
  note(acceptor.transportOpened());
  for (const chunk of chunks) {
    // A chunk's memory is used again at once, as a pooled read buffer is: nothing may still point into it.
    const pooled = chunk.slice();
    note(acceptor.receive(pooled));
    pooled.fill(0xee);
  }
  // Answered at last: when an answer comes decides what it is sent after.
  for (const { messageId } of effectsOf(seen, 'store-end')) note(acceptor.answerStore(messageId, { status: 0 }));
  return seen;
}

/** For a comparison that is quick enough to be made thousands of times. */
function inText(effects: readonly Effect[]): string {
  const hex = (_: string, value: unknown): unknown =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
  return effects.map((effect) => JSON.stringify(effect, hex)).join('\n');
}

describe.each([
  ['recorded from DCMTK storescu', recorded, 'released'],
  ['recorded from DCMTK echoscu', recordedEcho, 'released'],
  ['of many packings', packings, 'released'],
  ['with a fault', faulty, 'aborted-by-us'],
])('an association %s', (_, bytes, ending) => {
  const open = (): Acceptor => newAcceptor({ asyncWindow: 4 });
  const whole = observe(open(), [bytes]);

  it('ends as it should', () => {
    expect(whole.filter((effect) => effect.do === 'ended')).toMatchObject([{ how: ending }]);
  });

  it('is the same cut in two anywhere', () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(inText(observe(open(), [bytes.subarray(0, cut), bytes.subarray(cut)]))).toBe(inText(whole));
    }
  });

  it.each([1, 2, 3, 5, 7, 11, 64])('is the same in pieces of %d', (size) => {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    expect(inText(observe(open(), chunks))).toBe(inText(whole));
  });
});

it('the recorded association stores the data set DCMTK sent', () => {
  const seen = observe(newAcceptor(), [recorded]);
  const stored = seen.find((effect) => effect.do === 'store-data');
  expect(stored).toEqual({ do: 'store-data', messageId: 1, bytes: hexFixture('store').subarray(128) });
  expect(seen).toContainEqual({ do: 'send', bytes: hexFixture('store-response') });
});
