import { describe, expect, it } from 'vitest';
import { free } from '../../core/spent-memory.ts';

describe('free', () => {
  it('frees a chunk that has its memory for itself, as a socket reads it', () => {
    const memory = new ArrayBuffer(65_536);
    free(Buffer.from(memory));
    expect(memory.detached).toBe(true);
  });

  it('leaves alone what shares its memory with others', () => {
    const pooled = Buffer.from('three words here');
    free(pooled);
    expect(pooled.toString()).toBe('three words here');
    const part = new Uint8Array(100).subarray(0, 50);
    free(part);
    expect(part).toHaveLength(50);
    const shared = new Uint8Array(new SharedArrayBuffer(8));
    free(shared);
    expect(shared).toHaveLength(8);
  });
});
