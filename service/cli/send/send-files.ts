import { open } from 'node:fs/promises';
import { statuses, statusNameOf } from '../../dicom/dimse/status.ts';
import { type AeTitles, Association } from '../scu/association.ts';
import type { PeerAddress } from '../scu/connect-peer.ts';
import { ScuError } from '../scu/scu-error.ts';
import { type FileGroup, groupFiles } from './contexts.ts';
import type { DicomFile } from './dicom-file.ts';

/** What became of a file. `refused`: answered with a failure. `not-sent`: no answer, for the reason given. */
export interface SentFile {
  readonly path: string;
  readonly sopInstanceUid: string;
  readonly outcome: 'stored' | 'warned' | 'refused' | 'not-sent';
  readonly status?: number;
  readonly reason?: string;
  readonly tries: number;
}

export interface SendOptions extends AeTitles {
  readonly address: PeerAddress;
  /** At a time. */
  readonly associations: number;
  /** How often a file is sent again that could not be sent, or was refused for want of resources. */
  readonly retries: number;
  /** Before the first retry; doubles with each. */
  readonly retryDelayMs: number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly onFile: (sent: SentFile, file: DicomFile) => void;
}

interface Task {
  readonly file: DicomFile;
  readonly tries: number;
}

/** Sends files as they are, over several associations at a time. Resolves when every file has an outcome. */
export async function sendFiles(files: readonly DicomFile[], options: SendOptions): Promise<void> {
  for (const group of groupFiles(files)) await sendGroup(group, options);
}

async function sendGroup(group: FileGroup, options: SendOptions): Promise<void> {
  const queue: Task[] = group.files.map((file) => ({ file, tries: 0 })).reverse();
  const lines = Math.min(options.associations, queue.length);
  await Promise.all(Array.from({ length: lines }, () => new Line(group, queue, options).run()));
}

/** One of the senders: has an association while it needs one, and takes files off the common queue. */
class Line {
  readonly #group: FileGroup;
  readonly #queue: Task[];
  readonly #options: SendOptions;
  #association: Association | undefined;

  constructor(group: FileGroup, queue: Task[], options: SendOptions) {
    this.#group = group;
    this.#queue = queue;
    this.#options = options;
  }

  async run(): Promise<void> {
    for (let task = this.#queue.pop(); task !== undefined; task = this.#queue.pop()) await this.#attempt(task);
    // Every answer is in: a peer that does not release properly changes nothing.
    await this.#association?.release().catch(() => undefined);
  }

  async #attempt({ file, tries: before }: Task): Promise<void> {
    const tries = before + 1;
    const end = (sent: Pick<SentFile, 'outcome' | 'status' | 'reason'>) =>
      this.#options.onFile({ path: file.path, sopInstanceUid: file.sopInstanceUid, tries, ...sent }, file);
    try {
      this.#association ??= await this.#associate();
      const contextId = this.#group.contextOf(file);
      if (this.#association.accepted.get(contextId) === undefined) {
        end({ outcome: 'not-sent', reason: `not accepted: ${file.sopClassUid} in ${file.transferSyntaxUid}` });
        return;
      }
      const status = await store(this.#association, contextId, file);
      const name = statusNameOf(status);
      if (name === 'outOfResources' && (await this.#again(file, tries))) return;
      const statusClass = name === undefined ? 'failure' : statuses[name].statusClass;
      const outcome = statusClass === 'success' ? 'stored' : statusClass === 'warning' ? 'warned' : 'refused';
      end({ outcome, status, ...(outcome === 'stored' ? {} : { reason: name ? statuses[name].meaning : 'unknown' }) });
    } catch (error) {
      this.#association?.close();
      this.#association = undefined;
      const retryable = error instanceof ScuError && error.retryable;
      if (retryable && (await this.#again(file, tries))) return;
      end({ outcome: 'not-sent', reason: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Puts a file back that may be tried again, after a while. */
  async #again(file: DicomFile, tries: number): Promise<boolean> {
    const { retries, retryDelayMs, sleep } = this.#options;
    if (tries > retries) return false;
    await sleep(retryDelayMs * 2 ** (tries - 1));
    this.#queue.push({ file, tries });
    return true;
  }

  #associate(): Promise<Association> {
    return Association.open(this.#options.address, this.#options, this.#group.contexts);
  }
}

async function store(association: Association, contextId: number, file: DicomFile): Promise<number> {
  const handle = await open(file.path);
  try {
    const { sopClassUid, sopInstanceUid, bytes, dataSetOffset } = file;
    const read = async (into: Uint8Array, at: number) =>
      (await handle.read(into, 0, into.length, dataSetOffset + at)).bytesRead;
    return await association.store({ contextId, sopClassUid, sopInstanceUid, dataSet: { bytes, read } });
  } finally {
    await handle.close();
  }
}
