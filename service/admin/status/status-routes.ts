import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdminAnswer } from '../server.ts';
import type { StatusAnswer, StatusPages } from './status-pages.ts';

const folder = join(import.meta.dirname, 'static');

const assets = {
  '/status/status.css': { file: 'status.css', contentType: 'text/css; charset=utf-8' },
  '/status/status.js': { file: 'status.js', contentType: 'text/javascript; charset=utf-8' },
  '/status/icon.svg': { file: 'icon.svg', contentType: 'image/svg+xml' },
} as const;

const HTML = 'text/html; charset=utf-8';

/** What a browser may do with these pages: nothing that they do not need. */
export function securityHeaders(thumbnails: string | undefined): Readonly<Record<string, string>> {
  const images = ["'self'", ...(thumbnails === undefined ? [] : [thumbnails])];
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      `img-src ${images.join(' ')}`,
      "connect-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}

/** A page with all that a browser is told beside it. */
export const htmlAnswer = ({ status, body }: StatusAnswer, headers: Readonly<Record<string, string>>): AdminAnswer => ({
  status,
  contentType: HTML,
  headers,
  body: String(body),
});

/** Answers what is asked of the status page; undefined for every other path. */
export async function openStatusRoutes(
  pages: StatusPages,
  headers: Readonly<Record<string, string>>,
): Promise<(url: URL) => Promise<AdminAnswer | undefined>> {
  const static_ = new Map<string, AdminAnswer>();
  for (const [path, { file, contentType }] of Object.entries(assets)) {
    static_.set(path, { status: 200, contentType, headers, body: await readFile(join(folder, file), 'utf8') });
  }
  const page = async (made: ReturnType<StatusPages['search']>): Promise<AdminAnswer> => {
    const answer = await made;
    return 'location' in answer ? redirect(answer.location) : htmlAnswer(answer, headers);
  };
  const redirect = (location: string): AdminAnswer => ({
    status: 303,
    contentType: 'text/plain',
    headers: { ...headers, location },
    body: '',
  });

  return async ({ pathname, searchParams }) => {
    const asked = (name: string) => (searchParams.get(name) ?? '').slice(0, 256);
    switch (pathname) {
      case '/':
        return redirect('/status');
      case '/status':
        return page(pages.overview());
      case '/status/live':
        return { status: 200, contentType: HTML, headers, body: String(await pages.overviewPart()) };
      case '/status/search':
        return page(pages.search(asked('q')));
      case '/status/study':
        return page(pages.study(asked('datastore'), asked('uid')));
      case '/status/batch':
        return page(pages.batch(asked('id')));
      case '/status/instance':
        return page(pages.instance(asked('uid')));
      default:
        return static_.get(pathname);
    }
  };
}
