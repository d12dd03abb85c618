/** A CRC-32 as `x-amz-checksum-crc32` has it. */
export function base64Crc32(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString('base64');
}
