/**
 * Part 10 files as one body of `multipart/related` (PS3.18 8.6.1.2).
 * @param boundary that occurs in none of them: a random text
 */
export function multipartBody(files: readonly Uint8Array[], boundary: string): Uint8Array {
  const head = Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`);
  const end = Buffer.from('\r\n');
  return Buffer.concat([...files.flatMap((file) => [head, file, end]), Buffer.from(`--${boundary}--\r\n`)]);
}

export const multipartType = (boundary: string): string =>
  `multipart/related; type="application/dicom"; boundary=${boundary}`;
