import type { SentFile } from './send-files.ts';

/** How many files that did not arrive are named. */
const MAX_NAMED = 50;

/** What became of everything that was to be sent. */
export interface SendReport {
  readonly stored: number;
  readonly warned: number;
  readonly refused: number;
  readonly notSent: number;
  /** Files below folders that are no DICOM, and DICOMDIRs. */
  readonly skipped: number;
  readonly retries: number;
  /** Of the data sets that were stored. */
  readonly bytes: number;
  readonly durationMs: number;
  /** How often each status was answered, by its number: `0x0000`. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly troubles: readonly Pick<SentFile, 'path' | 'sopInstanceUid' | 'outcome' | 'status' | 'reason'>[];
}

export const hexStatus = (status: number): string => `0x${status.toString(16).toUpperCase().padStart(4, '0')}`;

/** Counts as files come in. */
export class SendTally {
  readonly #counts = { stored: 0, warned: 0, refused: 0, 'not-sent': 0 };
  readonly #statuses = new Map<string, number>();
  readonly #troubles: SentFile[] = [];
  #skipped = 0;
  #retries = 0;
  #bytes = 0;

  skip(): void {
    this.#skipped += 1;
  }

  add(sent: SentFile, bytes: number): void {
    this.#counts[sent.outcome] += 1;
    this.#retries += Math.max(0, sent.tries - 1);
    if (sent.status !== undefined) {
      const status = hexStatus(sent.status);
      this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    }
    if (sent.outcome === 'stored' || sent.outcome === 'warned') this.#bytes += bytes;
    if (sent.outcome !== 'stored') this.#troubles.push(sent);
  }

  get ended(): number {
    return this.#counts.stored + this.#counts.warned + this.#counts.refused + this.#counts['not-sent'];
  }

  get bytes(): number {
    return this.#bytes;
  }

  report(durationMs: number): SendReport {
    const { stored, warned, refused, 'not-sent': notSent } = this.#counts;
    return {
      stored,
      warned,
      refused,
      notSent,
      skipped: this.#skipped,
      retries: this.#retries,
      bytes: this.#bytes,
      durationMs: Math.round(durationMs),
      statuses: Object.fromEntries([...this.#statuses].sort()),
      troubles: this.#troubles,
    };
  }
}

/** The report for people. */
export function reportSent(report: SendReport): string {
  const { stored, warned, refused, notSent, skipped, retries, bytes, durationMs, statuses, troubles } = report;
  const seconds = durationMs / 1_000;
  const megabytes = bytes / 1_000_000;
  const rate = seconds > 0 ? `, ${(megabytes / seconds).toFixed(1)} MB/s` : '';
  const facts = [
    [stored, 'stored'],
    [warned, 'stored with a warning'],
    [refused, 'refused'],
    [notSent, 'not sent'],
    [retries, 'retries'],
    [skipped, 'skipped: no DICOM'],
  ] as const;
  const named = troubles.slice(0, MAX_NAMED).map(({ path, outcome, status, reason }) => {
    const why = [status === undefined ? '' : hexStatus(status), reason ?? ''].filter((part) => part !== '').join(' ');
    return `  ${outcome.padEnd(9)}  ${path}: ${why}`;
  });
  const more = troubles.length - named.length;
  return [
    ...facts
      .filter(([count], index) => count > 0 || index === 0)
      .map(([count, what]) => `${String(count).padStart(8)}  ${what}`),
    `${megabytes.toFixed(1).padStart(8)}  MB in ${seconds.toFixed(1)} s${rate}`,
    ...Object.entries(statuses).map(([status, count]) => `${String(count).padStart(8)}  answered with ${status}`),
    ...named,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n');
}
