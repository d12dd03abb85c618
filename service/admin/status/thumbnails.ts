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
    ({ objectKey, sopInstanceUid, transferSyntaxUid }, index) =>
      html`<li><a href="/status/instance?uid=${encodeURIComponent(sopInstanceUid)}">${
        isDrawn(transferSyntaxUid)
          ? html`<img src="${pictureUrl(origin, 'thumbnail', objectKey)}" alt="Instance ${index + 1}" width="128" height="128" loading="lazy">`
          : html`<span class="nopicture">Instance ${index + 1}<br>compressed</span>`
      }</a></li>`,
  )}</ul>${rest > 0 && html`<p class="empty">and ${rest} more</p>`}`;
}

/** The frames of one instance, side by side. */
export function frames(
  origin: string | undefined,
  { objectKey, sopInstanceUid, transferSyntaxUid }: InstanceRecord,
): Html | undefined {
  if (origin === undefined || !isDrawn(transferSyntaxUid)) return undefined;
  return html`<figure class="frames"><img src="${pictureUrl(origin, 'frames', objectKey)}" alt="The first frames of instance ${sopInstanceUid}"><figcaption>The first frames of ${uidText(sopInstanceUid)}.</figcaption></figure>`;
}

/** What the server of thumbnails may be able to draw: uncompressed pixels. */
const uncompressed = new Set([
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.1',
  '1.2.840.10008.1.2.1.99',
  '1.2.840.10008.1.2.2',
]);

const isDrawn = (transferSyntaxUid: string): boolean => uncompressed.has(transferSyntaxUid);

const pictureUrl = (origin: string, what: 'thumbnail' | 'frames', key: string): string =>
  `${origin}/${what}.png?key=${encodeURIComponent(key)}`;
