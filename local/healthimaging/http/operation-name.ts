/** The operations of AWS HealthImaging, API version 2023-07-19, and those of its DICOMweb that store. */
export const operationNames = [
  'CopyImageSet',
  'CreateDatastore',
  'DeleteDatastore',
  'DeleteImageSet',
  'GetDICOMImportJob',
  'GetDatastore',
  'GetImageFrame',
  'GetImageSet',
  'GetImageSetMetadata',
  'ListDICOMImportJobs',
  'ListDatastores',
  'ListImageSetVersions',
  'ListTagsForResource',
  'SearchImageSets',
  'StartDICOMImportJob',
  'StoreDICOM',
  'StoreDICOMStudy',
  'TagResource',
  'UntagResource',
  'UpdateImageSetMetadata',
] as const;

export type OperationName = (typeof operationNames)[number];
