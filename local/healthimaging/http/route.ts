import type { OperationName } from './operation-name.ts';

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly operation: OperationName;
}

export interface RouteMatch {
  readonly operation: OperationName;
  /** The labels of the path. */
  readonly params: Readonly<Record<string, string>>;
}

const imageSet = '/datastore/{datastoreId}/imageSet/{imageSetId}';

/** The paths of the service model. */
const routes: readonly Route[] = [
  route('POST', '/datastore', 'CreateDatastore'),
  route('GET', '/datastore', 'ListDatastores'),
  route('GET', '/datastore/{datastoreId}', 'GetDatastore'),
  route('DELETE', '/datastore/{datastoreId}', 'DeleteDatastore'),
  route('POST', '/startDICOMImportJob/datastore/{datastoreId}', 'StartDICOMImportJob'),
  route('GET', '/getDICOMImportJob/datastore/{datastoreId}/job/{jobId}', 'GetDICOMImportJob'),
  route('GET', '/listDICOMImportJobs/datastore/{datastoreId}', 'ListDICOMImportJobs'),
  route('POST', '/datastore/{datastoreId}/searchImageSets', 'SearchImageSets'),
  route('POST', `${imageSet}/getImageSet`, 'GetImageSet'),
  route('POST', `${imageSet}/listImageSetVersions`, 'ListImageSetVersions'),
  route('POST', `${imageSet}/getImageSetMetadata`, 'GetImageSetMetadata'),
  route('POST', `${imageSet}/getImageFrame`, 'GetImageFrame'),
  route('POST', `${imageSet}/deleteImageSet`, 'DeleteImageSet'),
  route('POST', `${imageSet}/copyImageSet`, 'CopyImageSet'),
  route('POST', `${imageSet}/updateImageSetMetadata`, 'UpdateImageSetMetadata'),
  route('POST', '/datastore/{datastoreId}/studies', 'StoreDICOM'),
  route('POST', '/datastore/{datastoreId}/studies/{studyInstanceUid}', 'StoreDICOMStudy'),
  route('POST', '/tags/{resourceArn}', 'TagResource'),
  route('DELETE', '/tags/{resourceArn}', 'UntagResource'),
  route('GET', '/tags/{resourceArn}', 'ListTagsForResource'),
];

/** The operation that a method and a path (still percent-encoded) name. */
export function matchRoute(method: string, path: string): RouteMatch | undefined {
  for (const { method: wanted, pattern, operation } of routes) {
    const match = method === wanted ? pattern.exec(path) : null;
    if (match === null) continue;
    const labels = Object.entries(match.groups ?? {});
    return { operation, params: Object.fromEntries(labels.map(([name, value]) => [name, decode(value)])) };
  }
  return undefined;
}

function route(method: string, template: string, operation: OperationName): Route {
  return { method, pattern: new RegExp(`^${template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`), operation };
}

function decode(label: string): string {
  try {
    return decodeURIComponent(label);
  } catch {
    return label;
  }
}
