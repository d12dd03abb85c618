import type { Clock } from '../../core/clock.ts';
import type { ObjectMetadata } from '../../core/object-store.ts';
import { free } from '../../core/spent-memory.ts';
import type { InstanceHeader } from '../dicom/dataset/instance-header.ts';
import { encodeFileMeta } from '../dicom/part10/file-meta.ts';
import type { Emit } from '../telemetry/events.ts';
import { safeText } from '../telemetry/safe-text.ts';
import { ImportCheck, type ImportCheckPolicy } from './checks/import-check.ts';
import { HeaderReader, type HeaderResult } from './header-reader.ts';
import { instanceFields } from './instance-fields.ts';
import type { Keeper, Keeping } from './keeper.ts';
import { type Refusal, refusalFor, refusals } from './refusal.ts';

/** Bytes held back until the UIDs are known. Beyond, the object begins without its series in the key. */
const MAX_HELD_BYTES = 256 * 1024;

/** What is to be kept and from whom. */
export interface IncomingInstance {
  readonly associationId: string;
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** Of its association, where that is traced. */
  readonly traceparent?: string | undefined;
}

export interface ReceptionOptions {
  readonly keeper: Keeper;
  readonly importChecks: ImportCheckPolicy;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly implementation: { readonly classUid: string; readonly versionName: string };
}

/**
 * One instance on its way from the first byte of its data set to its answer. The data set is written as it comes,
 * behind a Part 10 header.
 */
export class Reception {
  readonly #instance: IncomingInstance;
  readonly #options: ReceptionOptions;
  readonly #check: ImportCheck;
  readonly #reader: HeaderReader;
  readonly #receivedAt: string;
  readonly #startedMs: number;
  #peek: HeaderResult = { state: 'need-more' };
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #keeping: Keeping | undefined;
  #pending: Promise<void> | undefined;
  #refusal: Refusal | undefined;

  constructor(instance: IncomingInstance, options: ReceptionOptions) {
    this.#instance = instance;
    this.#options = options;
    this.#check = new ImportCheck(options.importChecks, instance.transferSyntaxUid);
    this.#reader = new HeaderReader(instance.transferSyntaxUid, this.#check.lengths);
    this.#receivedAt = new Date(options.clock.nowMs()).toISOString();
    this.#startedMs = options.clock.monotonicMs();
  }

  /**
   * Takes the next bytes of the data set. They may be overwritten when it has returned, or when what it answered has
   * resolved.
   * @returns a promise when the sender should be kept from sending more until it resolves; it never rejects
   */
  write(bytes: Uint8Array): Promise<void> | undefined {
    const step = this.#pending === undefined ? this.#attempt(bytes) : this.#pending.then(() => this.#attempt(bytes));
    if (step === undefined) return undefined;
    const settled = step
      .catch((error) => this.#fail(error))
      .finally(() => {
        if (this.#pending === settled) this.#pending = undefined;
      });
    this.#pending = settled;
    return settled;
  }

  /** The data set is complete: makes it durable. Resolves to the refusal, or undefined when success may be answered. */
  async finish(): Promise<Refusal | undefined> {
    await this.#pending;
    try {
      if (this.#refusal === undefined) this.#judge(this.#reader.end());
      if (this.#refusal === undefined) await this.#keep();
    } catch (error) {
      this.#fail(error);
    }
    this.#reader.close();
    if (this.#refusal !== undefined) await this.#abandon(this.#refusal);
    return this.#refusal;
  }

  /** The association ended in the middle: nothing is kept, nothing is answered. */
  async cancel(): Promise<void> {
    await this.#pending;
    this.#reader.close();
    await this.#release();
  }

  #attempt(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#refusal !== undefined) return undefined;
    try {
      return this.#take(bytes);
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #take(bytes: Uint8Array): Promise<void> | undefined {
    this.#refuseIf(this.#check.received(bytes.length));
    if (this.#peek.state !== 'need-more') return this.#pass(bytes);
    const peek = this.#reader.push(bytes);
    if (!(peek instanceof Promise)) {
      this.#judge(peek);
      return this.#pass(bytes);
    }
    return peek.then((result) => {
      this.#judge(result);
      return this.#pass(bytes);
    });
  }

  /** Hands bytes on to the store, or holds them back while the key is not known. */
  #pass(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#refusal !== undefined) return undefined;
    if (this.#keeping !== undefined) return this.#keeping.write(bytes);
    this.#heldBytes += bytes.length;
    if (this.#peek.state !== 'need-more' || this.#heldBytes >= MAX_HELD_BYTES) return this.#begin(bytes);
    // A copy whatever it is: the slice of a Buffer is none.
    this.#held.push(new Uint8Array(bytes));
    return undefined;
  }

  #judge(peek: HeaderResult): void {
    this.#peek = peek;
    if (peek.state === 'unreadable' && peek.code !== 'scan-limit-exceeded') {
      this.#refuse(refusals.unreadable(peek.code));
    }
    if (peek.state !== 'found') return;
    const { sopClassUid, sopInstanceUid } = peek.header;
    if (sopClassUid !== undefined && sopClassUid !== this.#instance.sopClassUid) this.#refuse(refusals.sopClassDiffers);
    if (sopInstanceUid !== undefined && sopInstanceUid !== this.#instance.sopInstanceUid)
      this.#refuse(refusals.sopInstanceDiffers);
    this.#refuseIf(this.#check.header(peek.header));
  }

  /** Begins the object with the Part 10 header, what was held back, and `bytes`. */
  #begin(bytes: Uint8Array = new Uint8Array()): Promise<void> | undefined {
    const { keeper, implementation } = this.#options;
    const { associationId, callingAeTitle, calledAeTitle, ...uids } = this.#instance;
    const fileMeta = encodeFileMeta({
      mediaStorageSopClassUid: uids.sopClassUid,
      mediaStorageSopInstanceUid: uids.sopInstanceUid,
      transferSyntaxUid: uids.transferSyntaxUid,
      implementationClassUid: implementation.classUid,
      implementationVersionName: implementation.versionName,
      sourceApplicationEntityTitle: presentableAeTitle(callingAeTitle),
      receivingApplicationEntityTitle: presentableAeTitle(calledAeTitle),
    });
    this.#keeping = keeper.begin(associationId, this.#metadata());
    const head = Buffer.concat([fileMeta, ...this.#held, bytes]);
    this.#held = [];
    const wait = this.#keeping.write(head);
    if (wait === undefined) free(head);
    return wait;
  }

  async #keep(): Promise<void> {
    if (this.#keeping === undefined) await this.#begin();
    if (this.#keeping === undefined) return;
    const { clock, emit } = this.#options;
    const arrivedMs = clock.monotonicMs();
    const metadata = this.#metadata();
    const { home, ...kept } = await this.#keeping.keep(metadata);
    const fields = instanceFields(this.#instance.associationId, metadata);
    for (const { code, severity } of this.#check.problems)
      emit({ event: 'import-doubtful', ...fields, code, severity });
    const nowMs = clock.monotonicMs();
    const took = { durationMs: nowMs - this.#startedMs, storeMs: nowMs - arrivedMs };
    if (home === 'spool') emit({ event: 'instance-spooled', ...fields, ...kept, ...took });
    else emit({ event: 'instance-stored', ...fields, ...kept, batchId: home, ...took });
  }

  async #abandon(refusal: Refusal): Promise<void> {
    await this.#release();
    const { clock, emit } = this.#options;
    emit({
      event: 'instance-refused',
      ...instanceFields(this.#instance.associationId, this.#metadata()),
      status: refusal.status,
      code: refusal.code,
      detail: safeText(refusal.comment),
      durationMs: clock.monotonicMs() - this.#startedMs,
    });
  }

  async #release(): Promise<void> {
    this.#held = [];
    await this.#keeping?.discard();
  }

  #fail(error: unknown): void {
    const refusal = refusalFor(error);
    if (refusal === refusals.bug) {
      this.#options.emit({ event: 'bug', associationId: this.#instance.associationId, error });
    }
    this.#refuse(refusal);
  }

  #refuse(refusal: Refusal): void {
    this.#refusal ??= refusal;
  }

  #refuseIf(refusal: Refusal | undefined): void {
    if (refusal !== undefined) this.#refuse(refusal);
  }

  #metadata(): ObjectMetadata {
    const header: Partial<InstanceHeader> = this.#peek.state === 'found' ? this.#peek.header : {};
    return {
      sopClassUid: this.#instance.sopClassUid,
      sopInstanceUid: this.#instance.sopInstanceUid,
      seriesInstanceUid: header.seriesInstanceUid ?? '',
      studyInstanceUid: header.studyInstanceUid ?? '',
      transferSyntaxUid: this.#instance.transferSyntaxUid,
      callingAeTitle: this.#instance.callingAeTitle,
      receivedAt: this.#receivedAt,
      ...(this.#instance.traceparent === undefined ? {} : { traceparent: this.#instance.traceparent }),
    };
  }
}

/**
 * An AE title in the characters that a file may state (PS3.5 6.2, AE). Peers whose titles are blank or odd are let in,
 * so their instances must not fail for it.
 */
const presentableAeTitle = (title: string): string =>
  title.replaceAll(/[^\x20-\x5b\x5d-\x7e]/g, '?').slice(0, 16) || 'UNKNOWN';
