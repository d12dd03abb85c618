import { z } from 'zod';
import type { Emulator } from '../emulator.ts';
import { datastoreArn, datastoreEvent } from '../events/event.ts';
import { ApiError } from '../http/api-error.ts';
import { json, operation } from '../http/api-request.ts';
import {
  clientToken,
  datastoreId,
  datastoreName,
  datastoreStatus,
  losslessStorageFormat,
  page,
  tags,
} from '../http/constraints.ts';
import { paginate } from '../http/paginate.ts';
import { timestamp } from '../http/timestamp.ts';
import type { DatastoreRecord } from '../state/records.ts';
import { findActiveDatastore, findDatastore } from './find-resource.ts';

export const createDatastore = operation(
  z.object({
    clientToken,
    datastoreName: datastoreName.optional(),
    tags: tags.optional(),
    kmsKeyArn: z.string().optional(),
    lambdaAuthorizerArn: z.string().optional(),
    losslessStorageFormat: losslessStorageFormat.default('HTJ2K'),
  }),
  async (emulator, input) => {
    const { state, quotas, clock, newId, account } = emulator;
    const known = [...state.datastores.values()].find((one) => one.clientToken === input.clientToken);
    if (known !== undefined) return created(known);
    const live = [...state.datastores.values()].filter((one) => one.datastoreStatus !== 'DELETED');
    if (live.length >= quotas.datastores) {
      throw new ApiError('ServiceQuotaExceededException', `The account has ${live.length} datastores already`);
    }
    const id = newId();
    const { tags: initialTags, kmsKeyArn, lambdaAuthorizerArn, ...rest } = input;
    const datastore: DatastoreRecord = {
      ...rest,
      datastoreId: id,
      datastoreName: input.datastoreName ?? `datastore-${id.slice(0, 8)}`,
      datastoreStatus: 'CREATING',
      ...(kmsKeyArn !== undefined && { kmsKeyArn }),
      ...(lambdaAuthorizerArn !== undefined && { lambdaAuthorizerArn }),
      createdAtMs: clock.nowMs(),
      updatedAtMs: clock.nowMs(),
    };
    if (initialTags !== undefined) await state.saveTags(datastoreArn(account, id), initialTags);
    await advance(emulator, datastore);
    resumeDatastore(emulator, datastore);
    return created(datastore);
  },
);

export const getDatastore = operation(z.object({ datastoreId }), async (emulator, input) => {
  const datastore = findDatastore(emulator, input.datastoreId);
  const { kmsKeyArn, lambdaAuthorizerArn, losslessStorageFormat: format } = datastore;
  return json({
    datastoreProperties: {
      ...summary(emulator, datastore),
      losslessStorageFormat: format,
      ...(kmsKeyArn !== undefined && { kmsKeyArn }),
      ...(lambdaAuthorizerArn !== undefined && { lambdaAuthorizerArn }),
    },
  });
});

export const listDatastores = operation(
  z.object({ datastoreStatus: datastoreStatus.optional(), ...page }),
  async (emulator, input) => {
    const wanted = input.datastoreStatus;
    const all = [...emulator.state.datastores.values()]
      .filter((one) => wanted === undefined || one.datastoreStatus === wanted)
      .sort((one, other) => other.createdAtMs - one.createdAtMs);
    const { items, nextToken } = paginate(all, input);
    return json({ datastoreSummaries: items.map((one) => summary(emulator, one)), nextToken });
  },
);

export const deleteDatastore = operation(z.object({ datastoreId }), async (emulator, input) => {
  const { state, clock } = emulator;
  const datastore = findActiveDatastore(emulator, input.datastoreId);
  const holdsImageSets = [...state.imageSets.values()].some(
    (imageSet) => imageSet.datastoreId === input.datastoreId && imageSet.deletedAtMs === undefined,
  );
  if (holdsImageSets) throw new ApiError('ConflictException', `Datastore ${input.datastoreId} has image sets`);
  const deleting: DatastoreRecord = { ...datastore, datastoreStatus: 'DELETING', updatedAtMs: clock.nowMs() };
  await advance(emulator, deleting);
  resumeDatastore(emulator, deleting);
  return json({ datastoreId: input.datastoreId, datastoreStatus: 'DELETING' });
});

/** Moves a datastore on from wherever it stands: after a request, and after a restart. */
export function resumeDatastore(emulator: Emulator, datastore: DatastoreRecord): void {
  const next = { CREATING: 'ACTIVE', DELETING: 'DELETED', ACTIVE: undefined, DELETED: undefined } as const;
  const datastoreStatus = next[datastore.datastoreStatus];
  if (datastoreStatus === undefined) return;
  emulator.background.after(emulator.timing.datastoreMs, () =>
    advance(emulator, { ...datastore, datastoreStatus, updatedAtMs: emulator.clock.nowMs() }),
  );
}

async function advance(emulator: Emulator, datastore: DatastoreRecord): Promise<void> {
  await emulator.state.saveDatastore(datastore);
  emulator.publish(datastoreEvent(emulator.account, datastore));
}

function created({ datastoreId: id, datastoreStatus: status }: DatastoreRecord) {
  return json({ datastoreId: id, datastoreStatus: status });
}

function summary({ account }: Emulator, datastore: DatastoreRecord): object {
  return {
    datastoreId: datastore.datastoreId,
    datastoreName: datastore.datastoreName,
    datastoreStatus: datastore.datastoreStatus,
    datastoreArn: datastoreArn(account, datastore.datastoreId),
    createdAt: timestamp(datastore.createdAtMs),
    updatedAt: timestamp(datastore.updatedAtMs),
  };
}
