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
});
