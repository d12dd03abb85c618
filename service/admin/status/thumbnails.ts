import type { InstanceRecord } from '../../../core/ledger.ts';
import { type Html, html } from './html.ts';
import { uidText } from './ledger-words.ts';

const MAX_THUMBNAILS = 24;

/** Pictures of instances from the server of thumbnails. Without one there are none. */
export function thumbnails(origin: string | undefined, instances: readonly InstanceRecord[]): Html | undefined {
  if (origin === undefined || instances.length === 0) return undefined;
  const shown = instances.slice(0, MAX_THUMBNAILS);
  const rest = instances.length - shown.length;
  return html`<ul class="thumbnails">${shown.map(
    ({ objectKey, sopInstanceUid }, index) =>
      html`<li><a href="/status/instance?uid=${encodeURIComponent(sopInstanceUid)}"><img src="${pictureUrl(origin, 'thumbnail', objectKey)}" alt="Instance ${index + 1}, ${sopInstanceUid}" width="128" height="128" loading="lazy"></a></li>`,
  )}</ul>${rest > 0 && html`<p class="empty">and ${rest} more</p>`}`;
}

/** The frames of one instance, side by side. */
export function frames(origin: string | undefined, { objectKey, sopInstanceUid }: InstanceRecord): Html | undefined {
  if (origin === undefined) return undefined;
  return html`<figure class="frames"><img src="${pictureUrl(origin, 'frames', objectKey)}" alt="The first frames of instance ${sopInstanceUid}"><figcaption>The first frames of ${uidText(sopInstanceUid)}. Pixels of compressed transfer syntaxes are not shown.</figcaption></figure>`;
}

const pictureUrl = (origin: string, what: 'thumbnail' | 'frames', key: string): string =>
  `${origin}/${what}.png?key=${encodeURIComponent(key)}`;
