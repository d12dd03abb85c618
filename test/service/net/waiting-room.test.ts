import { describe, expect, it } from 'vitest';
import { WaitingRoom } from '../../../service/net/waiting-room.ts';

describe('WaitingRoom', () => {
  it('sends the one away who has waited longest', () => {
    const gone: string[] = [];
    const waiting = (name: string) => ({ leave: () => gone.push(name) });
    const [first, second, third, fourth] = ['first', 'second', 'third', 'fourth'].map(waiting);
    const room = new WaitingRoom<{ leave: () => void }>(2);
    for (const each of [first, second, third]) if (each) room.enter(each);
    expect(gone).toEqual(['first']);
    if (second) room.exit(second);
    if (fourth) room.enter(fourth);
    expect(gone, 'there was room again').toEqual(['first']);
  });
});
