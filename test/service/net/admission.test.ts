import { describe, expect, it } from 'vitest';
import { peerSchema } from '../../../core/peers.ts';
import { Admission } from '../../../service/net/admission.ts';

const ct1 = peerSchema.parse({ aeTitle: 'CT1' });

describe('Admission', () => {
  it('counts by network address, by peer and over all, and forgets who has left', () => {
    const admission = new Admission();
    const leave = [
      admission.enter('10.1.2.3', ct1),
      admission.enter('10.1.2.3', undefined),
      admission.enter('2001:db8::1', ct1),
      admission.enter('2001:db8::2', undefined),
    ];
    const occupancy = admission.occupancy(false);
    expect(occupancy).toMatchObject({ associations: 4, draining: false, isSaturated: false });
    expect(occupancy.ofAddress('10.1.2.3')).toBe(2);
    expect(occupancy.ofAddress('2001:db8::3'), 'the same /64').toBe(2);
    expect(occupancy.ofAddress('10.1.2.4')).toBe(0);
    expect(occupancy.ofPeer(ct1)).toBe(2);
    for (const each of leave) each();
    expect(admission.live).toBe(0);
    expect(occupancy.ofAddress('10.1.2.3')).toBe(0);
    expect(occupancy.ofPeer(ct1)).toBe(0);
  });

  it('says that it drains', () => {
    const admission = new Admission();
    admission.drain();
    expect(admission.occupancy(true)).toMatchObject({ draining: true, isSaturated: true });
  });
});
