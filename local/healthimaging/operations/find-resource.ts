import type { Emulator } from '../emulator.ts';
import { ApiError } from '../http/api-error.ts';
import type { DatastoreRecord, ImageSetRecord } from '../state/records.ts';

/** @throws ApiError ResourceNotFoundException */
export function findDatastore({ state }: Emulator, datastoreId: string): DatastoreRecord {
  const datastore = state.datastores.get(datastoreId);
  if (datastore === undefined) {
    throw new ApiError('ResourceNotFoundException', `Datastore ${datastoreId} does not exist`);
  }
  return datastore;
}

/** @throws ApiError ResourceNotFoundException, or ValidationException when the datastore is not ACTIVE */
export function findActiveDatastore(emulator: Emulator, datastoreId: string): DatastoreRecord {
  const datastore = findDatastore(emulator, datastoreId);
  if (datastore.datastoreStatus !== 'ACTIVE') {
    throw new ApiError('ValidationException', `Datastore ${datastoreId} is ${datastore.datastoreStatus}, not ACTIVE`);
  }
  return datastore;
}

/** An image set, whether it is deleted or not. @throws ApiError ResourceNotFoundException */
export function findImageSet(emulator: Emulator, datastoreId: string, imageSetId: string): ImageSetRecord {
  findActiveDatastore(emulator, datastoreId);
  const imageSet = emulator.state.imageSets.get(imageSetId);
  if (imageSet?.datastoreId !== datastoreId) {
    throw new ApiError('ResourceNotFoundException', `Image set ${imageSetId} does not exist`);
  }
  return imageSet;
}

/** @throws ApiError ResourceNotFoundException also when the image set is deleted */
export function findLiveImageSet(emulator: Emulator, datastoreId: string, imageSetId: string): ImageSetRecord {
  const imageSet = findImageSet(emulator, datastoreId, imageSetId);
  if (imageSet.deletedAtMs !== undefined) {
    throw new ApiError('ResourceNotFoundException', `Image set ${imageSetId} is deleted`);
  }
  return imageSet;
}
