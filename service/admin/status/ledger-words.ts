import type { BatchStatus, InstanceRecord, StudyRecord } from '../../../core/ledger.ts';
import { type Html, html } from './html.ts';
import { badge, type Tone } from './layout.ts';

const batchTones: Readonly<Record<BatchStatus, Tone>> = {
  registered: 'busy',
  queued: 'busy',
  importing: 'busy',
  completed: 'good',
  'completed-with-failures': 'bad',
  failed: 'bad',
};

const instanceTones: Readonly<Record<InstanceRecord['status'], Tone>> = {
  received: 'busy',
  imported: 'good',
  'imported-with-warnings': 'good',
  failed: 'bad',
  unaccounted: 'bad',
};

export const batchBadge = (status: BatchStatus): Html => badge(batchTones[status], status.replaceAll('-', ' '));

export const instanceBadge = (status: InstanceRecord['status']): Html =>
  badge(instanceTones[status], status.replaceAll('-', ' '));

export const batchLink = (batchId: string): Html =>
  html`<a href="/status/batch?id=${encodeURIComponent(batchId)}"><code>${batchId}</code></a>`;

export function studyLink({
  datastoreId,
  studyInstanceUid,
}: Pick<StudyRecord, 'datastoreId' | 'studyInstanceUid'>): Html {
  const query = new URLSearchParams({ datastore: datastoreId, uid: studyInstanceUid });
  return html`<a href="/status/study?${String(query)}">${uidText(studyInstanceUid)}</a>`;
}

export const instanceLink = (sopInstanceUid: string): Html =>
  html`<a href="/status/instance?uid=${encodeURIComponent(sopInstanceUid)}">${uidText(sopInstanceUid)}</a>`;

/** A UID that may break at its dots; the ledger writes `_` where a sender left it out. */
export function uidText(uid: string): Html {
  if (uid === '' || uid === '_') return html`<em>none</em>`;
  return html`<code>${uid.split('.').map((part, index) => (index === 0 ? html`${part}` : html`<wbr>.${part}`))}</code>`;
}
