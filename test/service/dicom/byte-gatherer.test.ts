import { describe, expect, it } from 'vitest';
import { ByteGatherer } from '../../../service/dicom/bytes/byte-gatherer.ts';

describe('a byte gatherer', () => {
  it('copies what it is given and gives it away whole', () => {
    const gatherer = new ByteGatherer();
    const chunk = Uint8Array.of(9, 1, 2, 9);
    gatherer.add(chunk, 1, 3);
    chunk.fill(0);
    gatherer.add(Uint8Array.of(3), 0, 1);
    expect(gatherer.length).toBe(3);
    const first = gatherer.take();
    gatherer.add(Uint8Array.of(7, 7, 7), 0, 3);
    expect(first).toEqual(Uint8Array.of(1, 2, 3));
    expect(gatherer.take()).toEqual(Uint8Array.of(7, 7, 7));
    expect(gatherer.take()).toEqual(new Uint8Array(0));
  });

  it('lends what it gathered until more is added, and gives away what is large', () => {
    const gatherer = new ByteGatherer();
    gatherer.add(Uint8Array.of(1, 2, 3), 0, 3);
    const lent = gatherer.takeInPlace();
    expect(lent).toEqual(Uint8Array.of(1, 2, 3));
    expect(gatherer.takeInPlace()).toEqual(new Uint8Array(0));
    gatherer.add(Uint8Array.of(4, 5), 0, 2);
    expect(gatherer.takeInPlace()).toEqual(Uint8Array.of(4, 5));
    expect(lent).toEqual(Uint8Array.of(4, 5, 3));
    gatherer.add(new Uint8Array(1_025).fill(6), 0, 1_025);
    const given = gatherer.takeInPlace();
    gatherer.add(Uint8Array.of(7), 0, 1);
    expect(given).toEqual(new Uint8Array(1_025).fill(6));
    expect(gatherer.take()).toEqual(Uint8Array.of(7));
  });
});
