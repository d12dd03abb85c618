import { expect, it } from 'vitest';
import type { Association, StoreRequest } from '../../../service/dicom/effects.ts';
import { BytesInFlight } from '../../../service/net/bytes-in-flight.ts';
import { Intake, type Sink } from '../../../service/net/intake.ts';
import { settled } from '../../support/fake-clock.ts';

const request = (messageId: number) => ({ messageId }) as StoreRequest;
const association = {} as Association;

/** A store that has memory for the first instance only once the second has given its own back. */
it('beyond the limit, holds nobody whom another may be waiting for', async () => {
  const secondStored = Promise.withResolvers<void>();
  const keep: Sink = { write: () => undefined, finish: async () => undefined, cancel: async () => undefined };
  const sinks = new Map<number, Sink>([
    [1, { ...keep, write: () => secondStored.promise }],
    [2, { ...keep, finish: async () => secondStored.resolve() as undefined }],
  ]);
  const bytesInFlight = new BytesInFlight({ maxBytes: 100, onSaturation: () => undefined });
  const intake = () => new Intake({ openSink: ({ messageId }) => sinks.get(messageId) as Sink, bytesInFlight });
  const [oldest, younger] = [intake(), intake()];
  oldest.begin(request(1), association);
  younger.begin(request(2), association);

  let oldestGoesOn = false;
  const oldestWaits = oldest.data(1, new Uint8Array(60));
  oldestWaits?.then(() => {
    oldestGoesOn = true;
  });
  await younger.data(2, new Uint8Array(60));
  expect(bytesInFlight.isSaturated).toBe(true);
  await younger.end(2);
  await settled();
  expect(oldestGoesOn).toBe(true);
}, 2_000);
