import {
  type BatchRecord,
  type InstanceRecord,
  isFinal,
  type StudyRecord,
  summarizeStudy,
} from '../../../core/ledger.ts';
import { type Html, html } from './html.ts';
import { section, table } from './layout.ts';
import { batchBadge, batchLink, instanceBadge, instanceLink, studyLink, uidText } from './ledger-words.ts';
import { operatorForm } from './operator-form.ts';
import { ago, bytesText, countText } from './quantities.ts';
import { frames, thumbnails } from './thumbnails.ts';

const MAX_ROWS = 500;

export interface RecordPage {
  readonly title: string;
  readonly main: Html;
}

type Fact = readonly [name: string, value: Html | string | undefined];

const facts = (rows: readonly Fact[]): Html =>
  html`<dl class="facts">${rows.map(
    ([name, value]) => value !== undefined && value !== '' && html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>`;

/** One study: its batches, and what became of each instance. */
export function studyPage(
  study: StudyRecord,
  instances: readonly InstanceRecord[],
  { origin, nowMs }: { readonly origin: string | undefined; readonly nowMs: number },
): RecordPage {
  const { state, received, imported, warned, failed, unaccounted, imageSetIds } = summarizeStudy(study);
  const pictures = thumbnails(origin, instances);
  return {
    title: 'Study',
    main: html`<h1>Study <small>${uidText(study.studyInstanceUid)}</small></h1>
${facts([
  ['State', state],
  ['Received', countText(received)],
  ['Imported', `${countText(imported + warned)}${warned > 0 ? `, ${countText(warned)} of them with warnings` : ''}`],
  ['Failed', failed > 0 ? countText(failed) : undefined],
  ['Unaccounted for', unaccounted > 0 ? countText(unaccounted) : undefined],
  ['Datastore', html`<code>${study.datastoreId}</code>`],
  ['Image sets', html`${imageSetIds.slice(0, 10).map((id) => html`<code>${id}</code> `)}`],
  ['Batches', html`${Object.keys(study.batches).map((id) => html`${batchLink(id)} `)}`],
  ['Changed', ago(Date.parse(study.updatedAt), nowMs)],
])}
${pictures !== undefined && section('pictures', 'Pictures', pictures)}
${section('instances', 'Instances', instanceTable(instances))}`,
  };
}

/** One batch, instance by instance. */
export function batchPage(
  batch: BatchRecord,
  instances: readonly InstanceRecord[],
  { nowMs, canReplay }: { readonly nowMs: number; readonly canReplay: boolean },
): RecordPage {
  return {
    title: 'Batch',
    main: html`<h1>Batch <small><code>${batch.batchId}</code></small></h1>
${facts([
  ['State', batchBadge(batch.status)],
  ['Reason', batch.reason],
  ['Route', `${batch.route} (${batch.priority})`],
  ['Files', `${countText(batch.files)}, ${bytesText(batch.bytes)}`],
  [
    'Sealed',
    html`${ago(Date.parse(batch.sealedAt), nowMs)}${batch.sealReason !== undefined && ` (${batch.sealReason})`}`,
  ],
  ['Import job', batch.jobId && html`<code>${batch.jobId}</code> ${batch.jobStatus ?? ''}`],
  ['Datastore', html`<code>${batch.datastoreId}</code>`],
])}
${
  canReplay &&
  isFinal(batch.status) &&
  batch.status !== 'completed' &&
  section('replay', 'Import it again', operatorForm('/status/replay', { id: batch.batchId }, 'Replay', 'token'))
}
${section('instances', 'Instances', instanceTable(instances))}`,
  };
}

/** Every time that an instance was received. */
export function instancePage(
  sopInstanceUid: string,
  arrivals: readonly { readonly instance: InstanceRecord; readonly batch: BatchRecord | undefined }[],
  { origin, nowMs }: { readonly origin: string | undefined; readonly nowMs: number },
): RecordPage {
  const parts = arrivals.map(({ instance, batch }, index) => {
    const { studyInstanceUid } = instance;
    const study =
      batch === undefined ? uidText(studyInstanceUid) : studyLink({ datastoreId: batch.datastoreId, studyInstanceUid });
    const body = html`${facts([
      ['State', instanceBadge(instance.status)],
      ['Reason', instance.reason],
      ['Received', html`${ago(Date.parse(instance.receivedAt), nowMs)} from ${instance.callingAeTitle}`],
      ['Study', study],
      ['Batch', batchLink(instance.batchId)],
      ['Size', `${bytesText(instance.bytes)}, CRC-32 ${instance.crc32}`],
      ['Transfer syntax', html`<code>${instance.transferSyntaxUid}</code>`],
      ['Import job', batch?.jobId && html`<code>${batch.jobId}</code>`],
      ['Image set', instance.imageSetId && html`<code>${instance.imageSetId}</code>`],
      ['Object', html`<code>${instance.objectKey}</code>`],
    ])}${frames(origin, instance)}`;
    return section(`arrival-${index}`, arrivals.length === 1 ? 'Arrival' : `Arrival ${index + 1}`, body);
  });
  return { title: 'SOP instance', main: html`<h1>SOP instance <small>${uidText(sopInstanceUid)}</small></h1>${parts}` };
}

/** A sentence where a page should be. */
export const nothingPage = (title: string, sentence: string): RecordPage => ({
  title,
  main: html`<h1>${title}</h1><p>${sentence}</p><p><a href="/status">Back to what is going on</a></p>`,
});

const urgency: Readonly<Record<InstanceRecord['status'], number>> = {
  failed: 0,
  unaccounted: 0,
  received: 1,
  'imported-with-warnings': 2,
  imported: 3,
};

function instanceTable(instances: readonly InstanceRecord[]): Html {
  const sorted = [...instances].sort((a, b) => urgency[a.status] - urgency[b.status]);
  const rows = sorted
    .slice(0, MAX_ROWS)
    .map(({ sopInstanceUid, status, reason = '', bytes, callingAeTitle }) => [
      instanceLink(sopInstanceUid),
      instanceBadge(status),
      reason,
      callingAeTitle,
      bytesText(bytes),
    ]);
  const more = sorted.length - rows.length;
  const caption = `Those that need attention first${more > 0 ? `; ${countText(more)} more are not shown` : ''}`;
  const columns = [
    { name: 'SOP instance' },
    { name: 'State' },
    { name: 'Reason' },
    { name: 'From' },
    { name: 'Size', isNumber: true },
  ];
  return table(caption, columns, rows, 'None.');
}
