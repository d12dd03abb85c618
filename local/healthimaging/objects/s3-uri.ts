/** The bucket and key prefix of an S3 URI; the service model's pattern has been checked before. */
export function splitS3Uri(uri: string): { readonly bucket: string; readonly prefix: string } {
  const path = uri.slice('s3://'.length);
  const slash = path.indexOf('/');
  return slash < 0 ? { bucket: path, prefix: '' } : { bucket: path.slice(0, slash), prefix: path.slice(slash + 1) };
}

/** `<outputS3Uri>/<datastoreId>-DicomImport-<jobId>/` ("Understanding import jobs" of the developer guide). */
export function jobFolderUri(outputS3Uri: string, datastoreId: string, jobId: string): string {
  return `${outputS3Uri.replace(/\/$/, '')}/${datastoreId}-DicomImport-${jobId}/`;
}
