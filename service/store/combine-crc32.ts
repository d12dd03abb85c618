/** CRC-32 (ISO 3309), bits reflected: the coefficient of x^0 is the highest bit. */
const POLYNOMIAL = 0xedb88320;
const ONE = 0x80000000;

/** x^(2^n) modulo the polynomial, for every n that a length in bits can have. */
const powers: readonly number[] = Array.from({ length: 64 }).reduce<number[]>(
  (made) => [...made, made.length === 0 ? ONE >>> 1 : multiply(made[made.length - 1] ?? 0, made[made.length - 1] ?? 0)],
  [],
);

/**
 * CRC-32 of `a` followed by `b`, from the CRC-32 of each and the length of `b` in bytes: what was hashed in pieces need
 * not be hashed again as a whole.
 */
export function combineCrc32(crcOfA: number, crcOfB: number, bytesOfB: number): number {
  return (multiply(powerOfX(8 * bytesOfB), crcOfA) ^ crcOfB) >>> 0;
}

/** x^`exponent` modulo the polynomial. */
function powerOfX(exponent: number): number {
  let product = ONE;
  for (let n = 0, rest = exponent; rest > 0; n++, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) product = multiply(powers[n] ?? 0, product);
  }
  return product;
}

function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if (a & bit) product ^= shifted;
    shifted = shifted & 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product >>> 0;
}
