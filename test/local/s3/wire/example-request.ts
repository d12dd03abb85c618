import { parseRequest, type S3Request } from '../../../../local/s3/request.ts';

/** The credentials and the time of AWS's published examples. */
export const exampleCredentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
export const exampleNowMs = Date.UTC(2013, 4, 24);

/**
 * The request of "Transferring payload in multiple chunks", signed (`STREAMING-AWS4-HMAC-SHA256-PAYLOAD`) or signed
 * with a trailer: 66,560 times the letter a in chunks of 64 KiB and 1 KiB.
 */
export function chunkedExample(trailer: boolean): { readonly request: S3Request; readonly body: Buffer } {
  const signatures = trailer ? withTrailer : withoutTrailer;
  const headers = {
    'content-encoding': 'aws-chunked',
    ...(trailer ? {} : { 'content-length': '66824' }),
    host: 's3.amazonaws.com',
    'x-amz-content-sha256': `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer ? '-TRAILER' : ''}`,
    'x-amz-date': '20130524T000000Z',
    'x-amz-decoded-content-length': '66560',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    ...(trailer ? { 'x-amz-trailer': 'x-amz-checksum-crc32c' } : {}),
  };
  const authorization = `AWS4-HMAC-SHA256 Credential=${exampleCredentials.accessKeyId}/20130524/us-east-1/s3/aws4_request,SignedHeaders=${Object.keys(headers).join(';')},Signature=${signatures.seed}`;
  const [first = '', second = '', last = ''] = signatures.chunks;
  const body = [
    `10000;chunk-signature=${first}\r\n${'a'.repeat(65_536)}\r\n`,
    `400;chunk-signature=${second}\r\n${'a'.repeat(1024)}\r\n`,
    `0;chunk-signature=${last}\r\n`,
    ...(trailer
      ? [`x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:${withTrailer.trailer}\r\n\r\n`]
      : ['\r\n']),
  ];
  const rawHeaders = [...Object.entries(headers).flat(), 'authorization', authorization];
  return {
    request: parseRequest('PUT', '/examplebucket/chunkObject.txt', rawHeaders, '127.0.0.1'),
    body: Buffer.from(body.join('')),
  };
}

const withoutTrailer = {
  seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  chunks: [
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ],
};
const withTrailer = {
  seed: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
  chunks: [
    'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
    '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
    '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
  ],
  trailer: 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
};
