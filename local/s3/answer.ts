import type { FileHandle } from 'node:fs/promises';
import type { S3Error } from './s3-error.ts';
import { type XmlFields, xmlDocument } from './wire/xml.ts';

/** A stretch of an open file, which whoever sends the answer closes. */
export interface FileBody {
  readonly file: FileHandle;
  readonly firstByte: number;
  readonly sizeBytes: number;
}

/** An answer as data. A string body is XML. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | FileBody;
}

export function xmlAnswer(root: string, fields: XmlFields, headers: Answer['headers'] = {}): Answer {
  return { status: 200, headers, body: xmlDocument(root, fields) };
}

/** The error document of S3. `resource` is the path, `requestId` the id of the answer. */
export function errorBody(error: S3Error, resource: string, requestId: string): string {
  const fields = Object.entries(error.fields).filter(([name]) => /^[A-Za-z][A-Za-z0-9-]*$/.test(name));
  const document: XmlFields = [
    ['Code', error.code],
    ['Message', error.message],
    ...fields,
    ['Resource', resource],
    ['RequestId', requestId],
    ['HostId', requestId],
  ];
  return xmlDocument('Error', document, '');
}
