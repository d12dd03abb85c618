import { type BatchRecord, isFinal, type StudyRecord, summarizeStudy } from '../../../core/ledger.ts';
import type { LiveStatusView, PeerResult } from '../../telemetry/live-status-view.ts';
import { type Html, html } from './html.ts';
import { badge, section, type Tone, table } from './layout.ts';
import { batchBadge, batchLink, studyLink, uidText } from './ledger-words.ts';
import { operatorForm } from './operator-form.ts';
import { ago, bytesText, countText, durationText } from './quantities.ts';
import { type Quota, quotas } from './quotas.ts';
import { sparkline } from './sparkline.ts';

/** What the ledger has for the overview, or why it has nothing. */
export type LedgerPart =
  | { readonly batches: readonly BatchRecord[]; readonly studies: readonly StudyRecord[] }
  | { readonly problem: string };

export interface Overview {
  readonly live: LiveStatusView;
  readonly ledger: LedgerPart;
  readonly quotas: readonly Quota[];
  readonly nowMs: number;
  /** Whether unlisted peers can be approved here. */
  readonly canApprove: boolean;
}

const MAX_SHOWN = 25;

/** The main part of the first page. */
export function overview({ live, ledger, quotas: limits, nowMs, canApprove }: Overview): Html {
  return html`<h1>What is going on</h1>
${tiles(live, nowMs)}
${section('throughput', 'Throughput', sparkline(live.throughput))}
<div class="columns">
${section('associations', 'Live associations', associations(live, nowMs))}
${section('open', 'Open batches', openBatches(live, nowMs))}
</div>
${'problem' in ledger ? section('imports', 'Imports', html`<p class="empty">${ledger.problem}</p>`) : imports(ledger, nowMs)}
<div class="columns">
${section('peers', 'Peers', peers(live, nowMs, canApprove))}
${section('troubles', 'Recent troubles', troubles(live, nowMs))}
</div>
${section('quotas', 'Limits and quotas', quotas(limits))}`;
}

function tiles({ associations: live, totals, startedMs }: LiveStatusView, nowMs: number): Html {
  const facts = [
    ['Live associations', countText(live.length), ''],
    ['Instances stored', countText(totals.stored), bytesText(totals.bytes)],
    ['Instances refused', countText(totals.refused), ''],
    ['Running for', durationText(nowMs - startedMs), ''],
  ] as const;
  return html`<dl class="tiles">${facts.map(
    ([name, value, more]) =>
      html`<div><dt>${name}</dt><dd>${value}${more !== '' && html` <small>${more}</small>`}</dd></div>`,
  )}</dl>`;
}

function associations({ associations: live }: LiveStatusView, nowMs: number): Html {
  const rows = [...live]
    .sort((a, b) => a.sinceMs - b.sinceMs)
    .slice(0, MAX_SHOWN)
    .map(({ callingAeTitle, calledAeTitle, peer, sinceMs, stored, refused, bytes }) => [
      callingAeTitle,
      calledAeTitle,
      peer,
      countText(stored),
      countText(refused),
      bytesText(bytes),
      durationText(nowMs - sinceMs),
    ]);
  const columns = [
    { name: 'Calling' },
    { name: 'Called' },
    { name: 'From' },
    { name: 'Stored', isNumber: true },
    { name: 'Refused', isNumber: true },
    { name: 'Size', isNumber: true },
    { name: 'Since', isNumber: true },
  ];
  return table('Associations that are open now', columns, rows, 'Nobody is connected.');
}

function openBatches({ openBatches: open }: LiveStatusView, nowMs: number): Html {
  const rows = [...open]
    .sort((a, b) => a.openedMs - b.openedMs)
    .slice(0, MAX_SHOWN)
    .map(({ batchId, route, openedMs, files, bytes }) => [
      html`<code>${batchId}</code>`,
      route,
      countText(files),
      bytesText(bytes),
      durationText(nowMs - openedMs),
    ]);
  const columns = [
    { name: 'Batch' },
    { name: 'Route' },
    { name: 'Files', isNumber: true },
    { name: 'Size', isNumber: true },
    { name: 'Age', isNumber: true },
  ];
  return table('Batches that are not sealed yet', columns, rows, 'No batch is open.');
}

function imports(ledger: Extract<LedgerPart, { readonly batches: unknown }>, nowMs: number): Html {
  const attention = ledger.studies.filter((study) => summarizeStudy(study).state === 'attention');
  return html`${section('imports', 'Imports', importTable(ledger.batches, nowMs))}
${section('attention', 'Studies that need attention', attentionTable(attention, nowMs))}`;
}

function importTable(batches: readonly BatchRecord[], nowMs: number): Html {
  const rows = batches
    .slice(0, MAX_SHOWN)
    .map((batch) => [
      batchLink(batch.batchId),
      batchBadge(batch.status),
      progress(batch),
      batch.route,
      countText(batch.files),
      bytesText(batch.bytes),
      ago(Date.parse(batch.updatedAt), nowMs),
    ]);
  const columns = [
    { name: 'Batch' },
    { name: 'State' },
    { name: 'Progress' },
    { name: 'Route' },
    { name: 'Files', isNumber: true },
    { name: 'Size', isNumber: true },
    { name: 'Changed' },
  ];
  return table('The batches that changed last', columns, rows, 'No batch has been imported yet.');
}

/** How far the import of a batch is: HealthImaging says no more of a job than that it runs. */
function progress({ status, jobStatus }: BatchRecord): Html {
  const steps = ['registered', 'importing', 'ended'];
  const at = isFinal(status) ? 2 : status === 'importing' ? 1 : 0;
  const said =
    at === 2
      ? 'job ended, compared'
      : at === 1
        ? `job ${(jobStatus ?? 'starting').toLowerCase().replace('_', ' ')}`
        : 'waits for its job';
  return html`<span class="steps" aria-hidden="true">${steps.map(
    (_, index) => html`<i${index <= at && html` class="done"`}></i>`,
  )}</span> ${said}`;
}

function attentionTable(studies: readonly StudyRecord[], nowMs: number): Html {
  const rows = studies.slice(0, MAX_SHOWN).map((study) => {
    const { received, failed, unaccounted, nonPrimaryImageSetIds } = summarizeStudy(study);
    const reasons = [
      ...(failed > 0 ? [`${countText(failed)} failed`] : []),
      ...(unaccounted > 0 ? [`${countText(unaccounted)} unaccounted for`] : []),
      ...(nonPrimaryImageSetIds.length > 0 ? ['contradicts what was there: not the primary image set'] : []),
    ];
    return [
      studyLink(study),
      reasons.join(', ') || 'its batch failed',
      countText(received),
      ago(Date.parse(study.updatedAt), nowMs),
    ];
  });
  const columns = [{ name: 'Study' }, { name: 'Why' }, { name: 'Received', isNumber: true }, { name: 'Changed' }];
  return table('Studies of the last batches of which something did not arrive as sent', columns, rows, 'None.');
}

function peers({ peers: known }: LiveStatusView, nowMs: number, canApprove: boolean): Html {
  const rows = known
    .slice(0, MAX_SHOWN)
    .map((peer, index) => [
      html`${peer.callingAeTitle}${peer.isUnlisted && html` ${badge('busy', 'unlisted')}`}`,
      peer.peer,
      html`${peerResult(peer)}${canApprove && peer.isUnlisted && approval(peer, index)}`,
      ago(peer.atMs, nowMs),
    ]);
  return table(
    'What each peer last did',
    [{ name: 'AE title' }, { name: 'From' }, { name: 'Last result' }, { name: 'When' }],
    rows,
    'Nobody has called yet.',
  );
}

const approval = ({ callingAeTitle, peer }: PeerResult, index: number): Html =>
  operatorForm('/status/approve', { title: callingAeTitle, address: peer }, 'Approve', `token-${index}`);

const peerTones: Readonly<Record<PeerResult['result'], Tone>> = {
  connected: 'busy',
  released: 'good',
  aborted: 'bad',
  rejected: 'bad',
};

function peerResult({ result, reason, stored, refused }: PeerResult): Html {
  const counts = [
    ...(stored > 0 ? [`${countText(stored)} stored`] : []),
    ...(refused > 0 ? [`${countText(refused)} refused`] : []),
    ...(reason === undefined ? [] : [reason]),
  ];
  return html`${badge(peerTones[result], result)} ${counts.join(', ')}`;
}

function troubles({ troubles: recent }: LiveStatusView, nowMs: number): Html {
  const rows = recent
    .slice(0, MAX_SHOWN)
    .map(({ what, about, code, atMs }) => [
      what,
      html`${about !== '' && uidText(about)} <span class="why">${code}</span>`,
      ago(atMs, nowMs),
    ]);
  return table(
    'What did not go well, the last first',
    [{ name: 'What' }, { name: 'About' }, { name: 'When' }],
    rows,
    'Nothing went wrong since the start.',
  );
}
