import { describe, expect, it } from 'vitest';
import { AwsChunkedDecoder } from '../../../../local/s3/wire/aws-chunked.ts';

interface Decoded {
  readonly data: string;
  readonly trailers: Record<string, string>;
}

function decode(...pieces: readonly string[]): Decoded {
  const decoder = new AwsChunkedDecoder();
  let data = '';
  let trailers: Record<string, string> = {};
  for (const piece of pieces) {
    for (const found of decoder.push(Buffer.from(piece, 'latin1'))) {
      if (found.kind === 'data') data += Buffer.from(found.bytes).toString('latin1');
      if (found.kind === 'trailer') trailers = Object.fromEntries(found.trailers);
    }
  }
  decoder.end();
  return { data, trailers };
}

const chunk = 'x'.repeat(8192);
const stream = `2000\r\n${chunk}\r\n5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\nX-Other: b\r\n\r\n`;
const whole: Decoded = {
  data: `${chunk}hello`,
  trailers: { 'x-amz-checksum-crc32': 'NhCmhg==', 'x-other': 'b' },
};

describe('AwsChunkedDecoder', () => {
  it('gives the same for every split into two', () => {
    for (let at = 0; at <= stream.length; at++) {
      expect(decode(stream.slice(0, at), stream.slice(at))).toEqual(whole);
    }
  });

  it('gives the same byte by byte', () => {
    expect(decode(...stream)).toEqual(whole);
  });

  it('decodes an empty body', () => {
    expect(decode('0\r\n\r\n')).toEqual({ data: '', trailers: {} });
  });

  it('refuses every shorter stream', () => {
    for (let length = 0; length < stream.length; length++) {
      expect(() => decode(stream.slice(0, length))).toThrow(expect.objectContaining({ code: 'IncompleteBody' }));
    }
  });

  it.each([
    ['a size that is not hexadecimal', 'zz\r\n', 'IncompleteBody'],
    ['a negative size', '-1\r\n', 'IncompleteBody'],
    ['a bare line feed', '0\n\r\n', 'IncompleteBody'],
    ['data longer than its chunk', '1\r\nab\r\n0\r\n\r\n', 'IncompleteBody'],
    ['bytes after the end', '0\r\n\r\n0', 'IncompleteBody'],
    ['a header without an end', 'a'.repeat(9000), 'IncompleteBody'],
    ['a trailer without a name', '0\r\n:x\r\n\r\n', 'MalformedTrailerError'],
    ['a small chunk that is not the last', '1\r\na\r\n1\r\nb\r\n0\r\n\r\n', 'InvalidChunkSizeError'],
  ])('refuses %s', (_, text, code) => {
    expect(() => decode(text)).toThrow(expect.objectContaining({ code }));
  });
});
