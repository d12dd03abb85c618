import { describe, expect, it } from 'vitest';
import { BoundedMap } from '../../../service/telemetry/bounded-map.ts';

describe('BoundedMap', () => {
  it('forgets what was written to longest ago', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    map.set('c', 4);
    expect(map.latest()).toEqual([4, 3]);
    expect(map.get('b')).toBeUndefined();
  });

  it('takes the same one over and over, and one that was deleted', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('b', 3);
    expect(map.latest()).toEqual([3, 1]);
    map.delete('b');
    map.set('b', 4);
    map.set('a', 5);
    map.set('b', 6);
    expect(map.latest()).toEqual([6, 5]);
    expect(map.size).toBe(2);
  });
});
