import type { ManifestInstance } from '../../core/manifest.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import { eachOf } from '../each-of.ts';
import type { InstanceOutlet, StowAnswer } from './instance-outlet.ts';
import { type PatienceOptions, withPatience } from './patience.ts';

const REQUESTS_AT_ONCE = 4;
const READS_AT_ONCE = 8;

export interface SendOptions extends PatienceOptions {
  readonly store: Pick<ObjectStore, 'get'>;
  readonly outlet: InstanceOutlet;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Sends requests, some at the same time. What one of them fails for in the end is left to an import job, and so is
 * everything that has not been sent by then: who is throttled, cut off or not allowed is so for the next request, too.
 * When something else goes wrong, those that are under way are waited for first: what comes after a failure must not meet
 * them.
 * @param untilMs when to stop
 * @param onAnswer told of what was sent and of its answer; no instance that this does not name as stored has arrived
 */
export async function sendRequests(
  requests: readonly (readonly ManifestInstance[])[],
  untilMs: number,
  datastoreId: string,
  options: SendOptions,
  onAnswer: (request: readonly ManifestInstance[], answer: StowAnswer) => Promise<void>,
): Promise<void> {
  let isOver = false;
  const failures: unknown[] = [];
  await eachOf(requests, REQUESTS_AT_ONCE, async (request) => {
    if (isOver || options.nowMs() >= untilMs) return;
    try {
      const files = await read(request, options.store);
      if (files.length === 0) return;
      const bodies = files.map(({ bytes }) => bytes);
      const answer = await withPatience(() => options.outlet.store(datastoreId, bodies), untilMs, options);
      const sent = files.map(({ instance }) => instance);
      await onAnswer(sent, answer);
    } catch (error) {
      isOver = true;
      if (error instanceof PipelineFault && error.code.startsWith('IMPORT_')) options.onTrouble(error);
      else failures.push(error);
    }
  });
  if (failures.length > 0) throw failures[0];
}

interface File {
  readonly instance: ManifestInstance;
  readonly bytes: Uint8Array;
}

/** What a request brings. An object that is not there is for the job to miss. */
async function read(request: readonly ManifestInstance[], store: Pick<ObjectStore, 'get'>): Promise<readonly File[]> {
  const found = new Map<ManifestInstance, Uint8Array>();
  await eachOf(request, READS_AT_ONCE, async (instance) => {
    const bytes = await store.get(instance.key);
    if (bytes !== undefined) found.set(instance, bytes);
  });
  return request.flatMap((instance) => {
    const bytes = found.get(instance);
    return bytes === undefined ? [] : [{ instance, bytes }];
  });
}
