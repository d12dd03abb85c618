import { type Html, html } from './html.ts';

export interface PageFrame {
  readonly title: string;
  /** The service's state in a word, with the colour that goes with it. */
  readonly state: { readonly word: string; readonly tone: Tone };
  readonly version: string;
  /** What was searched for. */
  readonly query?: string;
  /** Whether the main part is fetched again and again. */
  readonly isLive?: boolean;
  readonly main: Html;
}

export type Tone = 'good' | 'busy' | 'bad' | 'quiet';

/** A whole page. */
export function layout({ title, state, version, query = '', isLive = false, main }: PageFrame): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · DICOM Store SCP</title>
<link rel="stylesheet" href="/status/status.css">
<link rel="icon" href="/status/icon.svg" type="image/svg+xml">
<script src="/status/status.js" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="top">
<a class="brand" href="/status"><img src="/status/icon.svg" alt="" width="28" height="28"><span>DICOM Store SCP</span></a>
<span class="badge ${state.tone}" id="state">${state.word}</span>
<form role="search" action="/status/search" method="get">
<label for="q">Study, SOP instance or batch</label>
<input id="q" name="q" type="search" value="${query}" placeholder="UID or batch id" maxlength="128" autocomplete="off" spellcheck="false">
<button>Search</button>
</form>
${isLive && html`<button id="pause" type="button" aria-pressed="false" hidden>Pause updates</button>`}
</header>
<main id="main" tabindex="-1"${isLive && html` data-live="/status/live"`}>
${main}
</main>
<footer><p>Version ${version}. AE titles and UIDs only: no patient data is shown. Not a medical device.</p></footer>
</body>
</html>
`;
}

export const badge = (tone: Tone, word: string): Html => html`<span class="badge ${tone}">${word}</span>`;

/** A part of a page under a heading. */
export const section = (id: string, heading: string, body: Html): Html =>
  html`<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>${body}</section>`;

export interface Column {
  readonly name: string;
  readonly isNumber?: boolean;
}

/** A table with its caption, or a sentence when there is nothing in it. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly (Html | string | number)[])[],
  empty: string,
): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ name, isNumber }) => html`<th scope="col"${isNumber && html` class="number"`}>${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, index) => cellOf(cell, columns[index], index === 0))}</tr>`)}</tbody>
</table></div>`;
}

function cellOf(cell: Html | string | number, column: Column | undefined, isFirst: boolean): Html {
  const kind = column?.isNumber && html` class="number"`;
  return isFirst ? html`<th scope="row"${kind}>${cell}</th>` : html`<td${kind}>${cell}</td>`;
}
