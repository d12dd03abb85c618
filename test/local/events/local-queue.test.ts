import { describe, expect, it } from 'vitest';
import { LocalQueue } from '../../../local/events/local-queue.ts';
import type { SqsBatchResponse, SqsEvent } from '../../../local/events/sqs-event.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';

function queueOver(consume: (bodies: readonly string[], event: SqsEvent) => SqsBatchResponse | undefined) {
  const clock = new FakeClock();
  const dead: string[] = [];
  const batches: (readonly string[])[] = [];
  let ids = 0;
  const queue = new LocalQueue({
    name: 'trial',
    settings: { maxReceiveCount: 3, batchSize: 2 },
    clock,
    schedule: clock.schedule,
    newId: () => `m${++ids}`,
    redeliveryDelayMs: (receives) => receives * 1_000,
    consume: async (event) => {
      const bodies = event.Records.map(({ body }) => body);
      batches.push(bodies);
      return consume(bodies, event);
    },
    onDeadLetter: (body) => dead.push(body),
  });
  return { queue, clock, dead, batches };
}

const failing = (event: SqsEvent, body: string): SqsBatchResponse => ({
  batchItemFailures: event.Records.filter((one) => one.body === body).map((one) => ({ itemIdentifier: one.messageId })),
});

describe('a local queue', () => {
  it('hands messages out in batches, and each once when it is handled', async () => {
    const { queue, clock, batches } = queueOver(() => undefined);
    for (const body of ['a', 'b', 'c']) queue.send(body);
    await clock.advance(60_000);
    expect(batches.flat().sort()).toEqual(['a', 'b', 'c']);
    expect(Math.max(...batches.map((batch) => batch.length))).toBe(2);
    expect(queue.depth).toBe(0);
  });

  it('brings back only what was reported as failed, later each time, and gives it up in the end', async () => {
    const { queue, clock, batches, dead } = queueOver((_, event) => failing(event, 'bad'));
    queue.send('bad');
    queue.send('good');
    await settled();
    expect(dead).toEqual([]);
    await clock.advance(999);
    expect(batches.flat().filter((body) => body === 'bad')).toHaveLength(1);
    await clock.advance(1);
    expect(batches.flat().filter((body) => body === 'bad')).toHaveLength(2);
    await clock.advance(2_000);
    expect(batches.flat().sort()).toEqual(['bad', 'bad', 'bad', 'good']);
    expect(dead).toEqual(['bad']);
    expect(queue.depth).toBe(0);
  });

  it('brings a whole batch back when the consumer itself fails', async () => {
    let calls = 0;
    const { queue, clock, batches } = queueOver(() => {
      if (++calls === 1) throw new Error('cold start failed');
      return undefined;
    });
    queue.send('a');
    await clock.advance(1_000);
    expect(batches).toEqual([['a'], ['a']]);
  });

  it('counts the receives for the consumer', async () => {
    const receives: (string | undefined)[] = [];
    const { queue, clock } = queueOver((_, event) => {
      receives.push(event.Records[0]?.attributes.ApproximateReceiveCount);
      return failing(event, 'a');
    });
    queue.send('a');
    await clock.advance(10_000);
    expect(receives).toEqual(['1', '2', '3']);
  });

  it('hands nothing out after it was closed', async () => {
    const { queue, clock, batches } = queueOver((_, event) => failing(event, 'a'));
    queue.send('a');
    await settled();
    queue.close();
    await clock.advance(60_000);
    expect(batches).toHaveLength(1);
  });
});
