import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { readFileMeta } from '../../service/dicom/part10/read-file-meta.ts';
import type { Acknowledged } from '../faults/load.ts';
import { writeInstanceFiles } from '../support/instance-files.ts';
import { run } from '../support/run-command.ts';
import type { Ward } from './ward.ts';

export interface ModalityOptions {
  readonly name: string;
  /** Which of DCMTK's senders it is. */
  readonly program: 'storescu' | 'dcmsend';
  readonly port: number;
  /** Of each study, sent in one association. */
  readonly instances: number;
  /** Rows and columns of an image. */
  readonly edge: number;
  /** From the end of a study, or of a failed attempt, to the next. */
  readonly pauseMs: number;
  readonly retryAfterMs: number;
  /** UIDs count up from here. */
  readonly firstUid: number;
  readonly folder: string;
  readonly ward: Ward;
}

/** More attempts than any modality makes by itself; after them a study is given up. */
const MAX_ATTEMPTS = 20;

interface Attempt {
  /** Files for which success was answered. */
  readonly acknowledged: ReadonlySet<string>;
  readonly failure: string | undefined;
}

/** Sends study after study by DCMTK, and what was not acknowledged again, until it is told to stop. */
export class Modality {
  readonly #options: ModalityOptions;
  readonly #done: Promise<void>;
  #uid: number;
  #isOver = false;

  constructor(options: ModalityOptions) {
    this.#options = options;
    this.#uid = options.firstUid;
    this.#done = this.#work();
  }

  /** Lets the study that is under way be sent to its end. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#done;
  }

  async #work(): Promise<void> {
    while (!this.#isOver) {
      await this.#sendStudy();
      await sleep(this.#options.pauseMs);
    }
  }

  async #sendStudy(): Promise<void> {
    const { instances: count, edge, ward, retryAfterMs, name } = this.#options;
    const folder = await mkdtemp(join(this.#options.folder, 'study-'));
    const firstUid = this.#uid;
    // Study, series and frame of reference take numbers, too.
    this.#uid += count + 10;
    let left = await writeInstanceFiles(folder, { count, rows: edge, columns: edge, firstUid });
    const digests = new Map<string, Acknowledged & { readonly uid: string }>();
    for (const path of left) digests.set(path, await digestOf(path));
    let firstFailedAtMs: number | undefined;
    for (let attempt = 1; left.length > 0; attempt++) {
      const { acknowledged, failure } = await this.#attempt(left, folder);
      ward.associated(failure);
      for (const path of acknowledged) {
        const digest = digests.get(path);
        if (digest !== undefined) ward.acknowledged(digest.uid, digest);
      }
      left = left.filter((path) => !acknowledged.has(path));
      if (left.length === 0) break;
      firstFailedAtMs ??= performance.now();
      if (attempt === MAX_ATTEMPTS) {
        ward.gaveUp(`${name} gave up a study after ${attempt} attempts: ${failure}`);
        break;
      }
      await sleep(retryAfterMs);
    }
    if (firstFailedAtMs !== undefined && left.length === 0) ward.cured(performance.now() - firstFailedAtMs);
    await rm(folder, { recursive: true });
  }

  async #attempt(paths: readonly string[], folder: string): Promise<Attempt> {
    const { program, port, name } = this.#options;
    const peer = ['-v', '-to', '5', '-ta', '30', '-td', '60', '-aet', name, '-aec', 'STORESCP'];
    const report = join(folder, 'report.txt');
    await rm(report, { force: true });
    const more = program === 'dcmsend' ? ['+crf', report] : [];
    const { code, output } = await run(program, [...peer, ...more, '127.0.0.1', String(port), ...paths]);
    const acknowledged =
      program === 'dcmsend'
        ? successesOfReport(await readFile(report, 'utf8').catch(() => ''))
        : successesOfLog(output);
    const isWhole = paths.every((path) => acknowledged.has(path));
    return { acknowledged, failure: code === 0 && isWhole ? undefined : failureOf(output, code) };
  }
}

/** Files for which the report of dcmsend has the status of success. */
export const successesOfReport = (report: string): ReadonlySet<string> =>
  new Set(
    report
      .split(/\n\s*\n/)
      .filter((entry) => /^DIMSE Status\s*: 0x0000/m.test(entry))
      .flatMap((entry) => /^Filename\s*: (.+)$/m.exec(entry)?.[1] ?? []),
  );

/** Files that storescu says it sent, and had success for before the next. */
export function successesOfLog(log: string): ReadonlySet<string> {
  const found = new Set<string>();
  let current = '';
  for (const line of log.split('\n')) {
    current = /^I: Sending file: (.+)$/.exec(line)?.[1] ?? current;
    if (line === 'I: Received Store Response (Success)') found.add(current);
  }
  return found;
}

/** What went wrong, as far as the sender says: the answer of the peer, or of the network. */
export function failureOf(output: string, code: number): string {
  const kinds = [
    /Reason: .*/,
    /Received Store Response \((?!Success).*\)/,
    /Received C-STORE Response \((?!Success).*\)/,
    /Connection refused/,
    /Peer aborted Association/,
    /DIMSE No data available|peer closed|reset by peer/i,
  ];
  return (
    kinds.map((kind) => kind.exec(output)?.[0]).find((text) => text !== undefined) ??
    `exit code ${code}: ${output
      .split('\n')
      .filter((line) => /^[EF]: /.test(line))
      .join(' ')
      .slice(0, 300)}`
  );
}

async function digestOf(path: string): Promise<Acknowledged & { readonly uid: string }> {
  const file = await readFile(path);
  const meta = readFileMeta(file);
  if (meta.state !== 'meta') throw new Error(`${path} is no Part 10 file`);
  const dataSet = file.subarray(meta.dataSetOffset);
  const { mediaStorageSopInstanceUid: uid = '' } = meta.meta;
  return { uid, bytes: dataSet.length, crc32: crc32(dataSet) };
}
