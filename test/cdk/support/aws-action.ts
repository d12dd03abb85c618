/** One request to an AWS service as IAM sees it. */
export interface RecordedAction {
  readonly action: string;
  /** `bucket/key`, or a table, or nothing that matters. */
  readonly resource: string;
}

export interface RequestHead {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export type RecordedService = 's3' | 'dynamodb' | 'states' | 'medical-imaging';

/** What a request needs to be allowed (Service Authorization Reference of the services). */
export function actionsOf(service: RecordedService, request: RequestHead): readonly RecordedAction[] {
  switch (service) {
    case 's3':
      return s3Actions(request);
    case 'dynamodb':
      return tablesIn(request.body).map((resource) => ({ action: `dynamodb:${operation(request)}`, resource }));
    case 'states':
      return [{ action: `states:${operation(request)}`, resource: '' }];
    case 'medical-imaging': {
      const found = imagingPaths.find(([pattern]) => pattern.test(request.path));
      return [{ action: `medical-imaging:${found?.[1] ?? 'Unknown'}`, resource: '' }];
    }
  }
}

const imagingPaths: readonly (readonly [RegExp, string])[] = [
  [/^\/startDICOMImportJob\//, 'StartDICOMImportJob'],
  [/^\/getDICOMImportJob\//, 'GetDICOMImportJob'],
  [/^\/datastore\/\w+\/studies$/, 'StoreDICOM'],
  [/^\/datastore\/\w+\/searchImageSets/, 'SearchImageSets'],
  [/^\/datastore\/\w+\/imageSet\/\w+\/getImageSetMetadata/, 'GetImageSetMetadata'],
];

const operation = ({ headers }: RequestHead): string => String(headers['x-amz-target']).split('.').at(-1) ?? '';

/** The table, or the index of it, that a request is about. */
function tablesIn(body: string): readonly string[] {
  const { TableName, IndexName, RequestItems } = JSON.parse(body) as {
    readonly TableName?: string;
    readonly IndexName?: string;
    readonly RequestItems?: object;
  };
  if (TableName === undefined) return Object.keys(RequestItems ?? {});
  return [IndexName === undefined ? TableName : `${TableName}/index/${IndexName}`];
}

function s3Actions({ method, path, headers }: RequestHead): readonly RecordedAction[] {
  const url = new URL(path, 'http://s3');
  const resource = decodeURIComponent(url.pathname.slice(1));
  const key = resource.split('/').slice(1).join('/');
  if (key === '') return [{ action: 's3:ListBucket', resource: resource.replace(/\/$/, '') }];
  const of = (action: string) => ({ action, resource });
  const source = headers['x-amz-copy-source'];
  if (typeof source === 'string') {
    return [of('s3:PutObject'), { action: 's3:GetObject', resource: decodeURIComponent(source).replace(/^\//, '') }];
  }
  if (method === 'DELETE')
    return [of(url.searchParams.has('uploadId') ? 's3:AbortMultipartUpload' : 's3:DeleteObject')];
  return [of(method === 'GET' || method === 'HEAD' ? 's3:GetObject' : 's3:PutObject')];
}
