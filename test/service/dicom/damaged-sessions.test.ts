import { describe, expect, it } from 'vitest';
import { execute } from '../../fuzz/execution.ts';
import { Random } from '../../fuzz/random.ts';
import { readSeeds } from '../../fuzz/seeds.ts';
import { commandPdu, doings, echoCommand, effectsOf, newAcceptor, newAssociation } from './conversation.ts';
import { concat, hexFixture } from './hex-fixture.ts';

const seeds = readSeeds();
const strangers = seeds.flatMap(({ pdus }) => pdus);

describe.each(seeds.map((seed) => [seed.name, seed] as const))('what %s sent', (_, seed) => {
  it('damaged anyhow and cut anywhere, never makes the acceptor throw or leave something open', () => {
    const outcomes = new Set<string>();
    for (let run = 0; run < 300; run++) outcomes.add(execute([seed], strangers, new Random(run)).outcome);
    expect(outcomes.size).toBeGreaterThan(5);
  });

  it('whole, ends as the peer meant it', () => {
    const acceptor = newAcceptor({ isStorage: (uid) => uid.startsWith('1.2.840.10008.5.1.4.1.1.') });
    const ends = seed.pdus.flatMap((pdu) => {
      const effects = acceptor.receive(pdu);
      for (const { messageId } of effectsOf(effects, 'store-end')) acceptor.answerStore(messageId, { status: 0 });
      return effectsOf(effects, 'ended');
    });
    expect(ends).toMatchObject([{ how: seed.name.endsWith('abort') ? 'aborted-by-peer' : 'released' }]);
  });
});

describe('an acceptor', () => {
  it('lets pass what follows the end of association and transport in the same chunk', () => {
    const acceptor = newAssociation();
    const effects = acceptor.receive(concat(hexFixture('abort'), hexFixture('release-rq'), Uint8Array.of(9, 0)));
    expect(doings(effects)).toEqual(['ended', 'close']);
  });

  it('does not ask for release within a PDU: the request in it could not be answered', () => {
    const acceptor = newAssociation();
    const echo = commandPdu(1, echoCommand(1));
    acceptor.receive(echo.subarray(0, 6));
    expect(acceptor.release()).toEqual([]);
    expect(doings(acceptor.receive(echo.subarray(6)))).toEqual(['send', 'echoed']);
    expect(doings(acceptor.release())).toEqual(['send']);
  });
});
