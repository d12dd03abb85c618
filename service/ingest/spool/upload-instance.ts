import type { Clock } from '../../../core/clock.ts';
import type { BatchId } from '../../../core/object-keys.ts';
import type { ObjectStore } from '../../../core/object-store.ts';
import type { SpoolRecord } from '../../../core/spool-record.ts';
import { ulidTimeMs } from '../../../core/ulid.ts';
import type { Emit } from '../../telemetry/events.ts';
import { safeText } from '../../telemetry/safe-text.ts';
import type { BatchKeeper } from '../batch-keeper.ts';
import { instanceFields } from '../instance-fields.ts';
import type { Routes } from '../routes.ts';
import { fateOf } from './batch-fate.ts';
import type { SpoolEntry } from './spool-account.ts';
import type { SpoolFiles } from './spool-files.ts';
import { spoolKey } from './spool-name.ts';
import { SpoolDamage } from './spool-trailer.ts';

/** A batch is sealed within minutes, whoever does it. */
const FATE_MS = 5_000;
/** Somebody has to put the route back. */
const NO_ROUTE_MS = 60_000;

export interface UploadOptions {
  readonly files: SpoolFiles;
  readonly store: ObjectStore;
  readonly routes: Routes;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** `uploaded` and `gone`: out of the spool, the latter without having been uploaded now. `wait`: nothing is wrong with the store; to be tried again after so long. */
export type UploadOutcome =
  | { readonly type: 'uploaded' | 'gone' }
  | { readonly type: 'wait'; readonly afterMs: number }
  | { readonly type: 'failed'; readonly error: unknown };

/**
 * Uploads one instance of the spool into a batch of its route, and removes it from the spool once it is accounted for.
 * Where it goes is noted durably before it can be seen there: whoever finds it in the spool after a crash knows where to
 * look for it. Never rejects.
 */
export async function uploadInstance(entry: SpoolEntry, options: UploadOptions): Promise<UploadOutcome> {
  const { files, routes, emit } = options;
  try {
    const keeper = routes.keeper(entry.name.route);
    if (keeper === undefined) {
      const detail = safeText(`there is no route ${entry.name.route}`);
      emit({ event: 'upload-failed', code: 'ROUTE_UNKNOWN', detail, retryMs: NO_ROUTE_MS });
      return { type: 'wait', afterMs: NO_ROUTE_MS };
    }
    return await upload(entry, keeper, options);
  } catch (error) {
    if (isMissing(error)) return { type: 'gone' };
    if (!(error instanceof SpoolDamage)) return { type: 'failed', error };
    emit({
      event: 'spool-record-damaged',
      file: safeText(spoolKey(entry.name), 128),
      detail: safeText(error.message),
    });
    return await files.setAside(entry.name).then(
      () => ({ type: 'gone' }),
      (failure: unknown) => ({ type: 'failed', error: failure }),
    );
  }
}

async function upload(entry: SpoolEntry, keeper: BatchKeeper, options: UploadOptions): Promise<UploadOutcome> {
  const { files, store } = options;
  const { name } = entry;
  const record = await files.read(name);
  const earlier = entry.isDoubtful ? await files.sendingTo(name) : undefined;
  if (earlier !== undefined) {
    const found = await fateOf(store, earlier);
    if (found.fate === 'open') return { type: 'wait', afterMs: FATE_MS };
    if (found.fate === 'sealed') return settle(entry, record, 'found', found.batchId, options);
    entry.isDoubtful = false;
  }
  const { version, ...metadata } = record;
  const keeping = keeper.begin(name.associationId, metadata);
  try {
    await files.noteSending(name, keeping.key);
    for await (const bytes of files.content(name, record)) await keeping.write(bytes);
    const sent = keeping.digest();
    if (sent.bytes !== record.bytes || sent.crc32 !== record.crc32) throw new SpoolDamage('it has other bytes');
    entry.isDoubtful = true;
    const { outcome, home } = await keeping.keep(metadata);
    return await settle(entry, record, outcome, home, options);
  } finally {
    await keeping.discard();
  }
}

async function settle(
  { name }: SpoolEntry,
  record: SpoolRecord,
  outcome: 'kept' | 'identical' | 'found',
  batchId: BatchId,
  { files, clock, emit }: UploadOptions,
): Promise<UploadOutcome> {
  await files.remove(name);
  emit({
    event: 'instance-uploaded',
    ...instanceFields(name.associationId, record),
    route: name.route,
    batchId,
    outcome,
    bytes: record.bytes,
    waitedMs: Math.max(0, clock.nowMs() - ulidTimeMs(name.id)),
    ...(record.traceparent === undefined ? {} : { traceparent: record.traceparent }),
  });
  return { type: 'uploaded' };
}

/** Another process has uploaded it. */
const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
