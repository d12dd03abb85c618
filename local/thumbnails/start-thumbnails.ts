import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DicomFault } from '../healthimaging/dicom/dicom-fault.ts';
import type { ObjectAccess } from '../healthimaging/objects/object-access.ts';
import { contactSheet } from './contact-sheet.ts';
import { encodePng } from './png.ts';
import { readFrames } from './read-frames.ts';

export interface ThumbnailsOptions {
  readonly objects: Pick<ObjectAccess, 'read'>;
  readonly bucket: string;
}

export interface LocalThumbnails {
  /** By a name, so that pages at the same name may show its pictures. */
  readonly origin: string;
  readonly close: () => Promise<void>;
}

const kinds = {
  '/thumbnail.png': { maxFrames: 1, maxSide: 160, columns: 1 },
  '/frames.png': { maxFrames: 12, maxSide: 224, columns: 4 },
} as const;

/** A picture is made in a moment; many at a time would take the machine away from the rest. */
const MAX_AT_ONCE = 4;

/**
 * Starts a server of pictures of the instances in a bucket, on loopback. It belongs to the local edition alone: the
 * image of the service has no code that draws pixels.
 */
export async function startThumbnails({ objects, bucket }: ThumbnailsOptions): Promise<LocalThumbnails> {
  let underWay = 0;
  const waiting: (() => void)[] = [];
  const turn = async () => {
    if (underWay >= MAX_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else underWay += 1;
  };
  const next = () => {
    const one = waiting.shift();
    if (one === undefined) underWay -= 1;
    else one();
  };

  const answer = async (url: URL, response: ServerResponse): Promise<void> => {
    const kind = Object.entries(kinds).find(([path]) => path === url.pathname)?.[1];
    const key = url.searchParams.get('key') ?? '';
    if (kind === undefined || !/^batches\/[^/]+\/[^/]+\/[^/]+\.dcm$/.test(key)) return refuse(response, 404);
    await turn();
    try {
      const rasters = await readFrames(objects.read(bucket, key), kind.maxFrames, kind.maxSide);
      const sheet = contactSheet(rasters ?? [], kind.columns);
      if (sheet === undefined) return refuse(response, 415);
      response.writeHead(200, { ...headers, 'content-type': 'image/png', 'cache-control': 'private, max-age=3600' });
      response.end(encodePng(sheet));
    } catch (error) {
      refuse(response, error instanceof DicomFault ? 415 : 404);
    } finally {
      next();
    }
  };

  const server = createServer((request, response) => {
    // A page elsewhere whose name was made to point here is no page of this machine.
    const isHome = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(request.headers.host ?? '');
    const url = `http://localhost${request.url ?? ''}`;
    if (!isHome || request.method !== 'GET' || !URL.canParse(url)) return refuse(response, 403);
    answer(new URL(url), response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

const headers = { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-site' };

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { ...headers, 'content-type': 'text/plain' }).end();
}
