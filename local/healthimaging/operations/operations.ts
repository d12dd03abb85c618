import { ApiError } from '../http/api-error.ts';
import type { Operation } from '../http/api-request.ts';
import type { OperationName } from '../http/operation-name.ts';
import { createDatastore, deleteDatastore, getDatastore, listDatastores } from './datastores.ts';
import { deleteImageSet, getImageFrame, getImageSet, getImageSetMetadata, listImageSetVersions } from './image-sets.ts';
import { getDicomImportJob, listDicomImportJobs, startDicomImportJob } from './import-jobs.ts';
import { listTagsForResource, tagResource, untagResource } from './resource-tags.ts';
import { searchImageSets } from './search-image-sets.ts';
import { storeDicom, storeDicomStudy } from './store-dicom.ts';

export const operations: Readonly<Record<OperationName, Operation>> = {
  CreateDatastore: createDatastore,
  GetDatastore: getDatastore,
  ListDatastores: listDatastores,
  DeleteDatastore: deleteDatastore,
  StartDICOMImportJob: startDicomImportJob,
  GetDICOMImportJob: getDicomImportJob,
  ListDICOMImportJobs: listDicomImportJobs,
  SearchImageSets: searchImageSets,
  StoreDICOM: storeDicom,
  StoreDICOMStudy: storeDicomStudy,
  GetImageSet: getImageSet,
  ListImageSetVersions: listImageSetVersions,
  GetImageSetMetadata: getImageSetMetadata,
  GetImageFrame: getImageFrame,
  DeleteImageSet: deleteImageSet,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
  CopyImageSet: notEmulated('CopyImageSet'),
  UpdateImageSetMetadata: notEmulated('UpdateImageSetMetadata'),
};

function notEmulated(name: OperationName): Operation {
  return async () => {
    throw new ApiError('NotImplementedException', `${name} is not emulated`);
  };
}
