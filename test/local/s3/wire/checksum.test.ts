import { describe, expect, it } from 'vitest';
import { compositeChecksum, isChecksumValue, startChecksum } from '../../../../local/s3/wire/checksum.ts';

const check = Buffer.from('123456789');

// The "check" values of the CRC catalogue (reveng) and FIPS 180 digests of the same nine digits.
describe.each([
  ['CRC32', 'cbf43926'],
  ['CRC32C', 'e3069283'],
  ['CRC64NVME', 'ae8b14860a799888'],
  ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
] as const)('%s', (algorithm, hex) => {
  const expected = Buffer.from(hex, 'hex').toString('base64');

  it('gives its check value, in one piece or in many', () => {
    const whole = startChecksum(algorithm);
    whole.update(check);
    const pieces = startChecksum(algorithm);
    for (const byte of check) pieces.update(Uint8Array.of(byte));
    expect([whole.digest(), pieces.digest()]).toEqual([expected, expected]);
  });

  it('knows the form of its values', () => {
    expect(isChecksumValue(algorithm, expected)).toBe(true);
    expect(isChecksumValue(algorithm, expected.slice(0, -4))).toBe(false);
    expect(isChecksumValue(algorithm, `${expected}!`)).toBe(false);
  });
});

it('makes a composite of the checksums of the parts', () => {
  const part = startChecksum('CRC32');
  part.update(check);
  const whole = startChecksum('CRC32');
  whole.update(Buffer.from('cbf43926cbf43926', 'hex'));
  const value = part.digest();
  expect(compositeChecksum('CRC32', [value, value])).toBe(`${whole.digest()}-2`);
});
