import { describe, expect, it } from 'vitest';
import { Networks, neighbourOf, normalizeAddress } from '../../../service/net/address.ts';

describe('normalizeAddress', () => {
  it.each([
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['::FFFF:0a01:0203', '10.1.2.3'],
    ['2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['unknown', 'unknown'],
  ])('spells %s as %s', (address, spelled) => {
    expect(normalizeAddress(address)).toBe(spelled);
  });
});

describe('neighbourOf', () => {
  it.each([
    ['10.1.2.3', '10.1.2.3'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::', 'fe80:0:0:0::/64'],
  ])('counts %s as %s', (address, neighbour) => {
    expect(neighbourOf(address)).toBe(neighbour);
  });
});

describe('Networks', () => {
  const networks = new Networks(['10.1.0.0/16', '192.0.2.7', '2001:db8::/32', '2001:db9::1']);

  it.each(['10.1.0.0', '10.1.255.255', '192.0.2.7', '2001:db8:ffff::1', '2001:db9::1'])('has %s', (address) => {
    expect(networks.has(address)).toBe(true);
  });

  it.each(['10.2.0.0', '192.0.2.8', '2001:db9::2', '::1', 'unknown', ''])('has not %j', (address) => {
    expect(networks.has(address)).toBe(false);
  });

  it('has an IPv4 address in whatever spelling a socket gives it', () => {
    expect(networks.has(normalizeAddress('::ffff:10.1.2.3'))).toBe(true);
  });

  it('without any has nobody', () => {
    expect(new Networks([]).has('10.1.2.3')).toBe(false);
  });
});
