import { createHash } from 'node:crypto';
import { z } from 'zod';
import { textOf } from '../dicom/attributes.ts';
import { DicomFault } from '../dicom/dicom-fault.ts';
import type { Emulator } from '../emulator.ts';
import { imageSetEvent } from '../events/event.ts';
import { ApiError } from '../http/api-error.ts';
import { type ApiReply, operation } from '../http/api-request.ts';
import { datastoreId } from '../http/constraints.ts';
import { instanceParts } from '../http/instance-parts.ts';
import { type KeptInstance, keepInstance } from '../imagesets/keep-instance.ts';
import { placeInstances } from '../imagesets/place-instances.ts';
import { findActiveDatastore } from './find-resource.ts';
import { type StoreOutcome, storeAnswer } from './store-answer.ts';

const request = {
  datastoreId,
  contentType: z.string('Member must not be null'),
  contentSha256: z.string('Member must not be null'),
  body: z.instanceof(Buffer),
};

/** Failure Reasons (PS3.18 I.2.2): the guide does not say which ones HealthImaging gives. */
const reasons = { cannotUnderstand: 0xc000, otherStudy: 0xa900 } as const;

/** "Storing instances with STOW-RS" of the developer guide. */
export const storeDicom = operation(z.object(request), (emulator, input) => store(emulator, input));

export const storeDicomStudy = operation(
  z.object({ ...request, studyInstanceUid: z.string() }),
  (emulator, { studyInstanceUid, ...input }) => store(emulator, input, studyInstanceUid),
);

interface StoreInput {
  readonly datastoreId: string;
  readonly contentType: string;
  readonly contentSha256: string;
  readonly body: Buffer;
}

async function store(emulator: Emulator, input: StoreInput, onlyStudy?: string): Promise<ApiReply> {
  const { state, account, clock, newId, publish } = emulator;
  findActiveDatastore(emulator, input.datastoreId);
  checkDigest(input);
  const requestId = newId();
  const kept: KeptInstance[] = [];
  const outcomes: StoreOutcome[] = [];
  for (const [index, file] of instanceParts(input.contentType, input.body).entries()) {
    const found = await keep(emulator, input.datastoreId, `${requestId}/${index}`, file, onlyStudy);
    if ('identity' in found) kept.push(found);
    outcomes.push('identity' in found ? storedOutcome(found) : found);
  }
  // Nothing is awaited between the look at the image sets and their entry: requests at one time share them.
  const existing = [...state.imageSets.values()].filter((set) => set.datastoreId === input.datastoreId);
  const identities = kept.map(({ identity }) => identity);
  const place = { jobId: requestId, datastoreId: input.datastoreId, nowMs: clock.nowMs(), newId };
  const { imageSets } = placeInstances(identities, existing, place);
  await Promise.all(imageSets.map((imageSet) => state.saveImageSet(imageSet)));
  for (const imageSet of imageSets) publish(imageSetEvent(account, imageSet));
  return storeAnswer(outcomes, emulator.behaviour.partlyStored);
}

/** A digest of the payload that was signed is held against it; the guide's own sample signs without one. */
function checkDigest({ contentSha256, body }: StoreInput): void {
  if (!/^[0-9a-f]{64}$/.test(contentSha256)) return;
  if (createHash('sha256').update(body).digest('hex') === contentSha256) return;
  throw new ApiError('AccessDeniedException', 'The request signature does not match the payload');
}

async function keep(
  { state, faults }: Emulator,
  datastore: string,
  name: string,
  file: Buffer,
  onlyStudy: string | undefined,
): Promise<KeptInstance | StoreOutcome> {
  const instanceId = createHash('sha256').update(name).digest('hex').slice(0, 32);
  try {
    const kept = await keepInstance(state, datastore, instanceId, name, oneChunk(file));
    const { sopClassUid, sopInstanceUid } = namesOf(kept);
    const refusal = faults.take('refuse-instance', ({ uidIncludes }) => sopInstanceUid.includes(uidIncludes));
    if (refusal !== undefined) {
      const { failureReason } = refusal;
      return failureReason === undefined ? { kind: 'unnamed' } : failed(failureReason, sopClassUid, sopInstanceUid);
    }
    if (onlyStudy === undefined || kept.identity.key.studyInstanceUid === onlyStudy) return kept;
    return failed(reasons.otherStudy, sopClassUid, sopInstanceUid);
  } catch (error) {
    if (!(error instanceof DicomFault)) throw error;
    return { kind: 'failed', failureReason: reasons.cannotUnderstand };
  }
}

async function* oneChunk(file: Buffer): AsyncIterable<Uint8Array> {
  yield file;
}

function namesOf({ attributes, identity }: KeptInstance) {
  return { sopClassUid: textOf(attributes, 'SOPClassUID'), sopInstanceUid: identity.sopInstanceUid };
}

const failed = (failureReason: number, sopClassUid: string, sopInstanceUid: string): StoreOutcome => ({
  kind: 'failed',
  failureReason,
  sopClassUid,
  sopInstanceUid,
});

function storedOutcome(kept: KeptInstance): StoreOutcome {
  const { studyInstanceUid, seriesInstanceUid } = kept.identity.key;
  const warningReasons = kept.warnings.map(({ warning_reason_code: code }) => code);
  return { kind: 'stored', ...namesOf(kept), studyInstanceUid, seriesInstanceUid, warningReasons };
}
