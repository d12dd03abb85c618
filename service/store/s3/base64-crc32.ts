/** A CRC-32, as a number or 8 hex digits, as `x-amz-checksum-crc32` has it. */
export function base64Crc32(crc: number | string): string {
  const hex = typeof crc === 'string' ? crc : crc.toString(16).padStart(8, '0');
  return Buffer.from(hex, 'hex').toString('base64');
}
