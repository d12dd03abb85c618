import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What `drain.c` does, over TLS: for `key certificate`. Prints its port. */
const [keyPath = '', certificatePath = ''] = process.argv.slice(2);

const server = createServer(
  { key: readFileSync(keyPath), cert: readFileSync(certificatePath) },
  (request, response) => {
    request.resume();
    request.once('end', () => {
      response.setHeader('ETag', '"e"');
      if (request.method !== 'POST') response.end();
      else if (request.url?.includes('uploadId=')) response.end('<CompleteMultipartUploadResult/>');
      else response.end('<InitiateMultipartUploadResult><UploadId>upload</UploadId></InitiateMultipartUploadResult>');
    });
  },
);
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
