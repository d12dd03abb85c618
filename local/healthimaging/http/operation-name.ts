/** The operations of AWS HealthImaging, API version 2023-07-19. */
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
  'TagResource',
  'UntagResource',
  'UpdateImageSetMetadata',
] as const;

export type OperationName = (typeof operationNames)[number];
