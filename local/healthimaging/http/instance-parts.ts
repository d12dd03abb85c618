import { ApiError } from './api-error.ts';

/**
 * The Part 10 files of a STOW-RS request: one, or the parts of a multipart body (PS3.18 8.6.1.2).
 * @throws ApiError ValidationException for other media types and for a body that is not what its type says
 */
export function instanceParts(contentType: string, body: Buffer): readonly Buffer[] {
  if (/^application\/dicom\s*(;|$)/i.test(contentType)) return [body];
  const boundary = /^multipart\/related\s*;(?:.*;)?\s*boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) throw new ApiError('ValidationException', `Media type ${contentType} is not supported`);
  return partsOf(body, boundary);
}

const HEADERS_END = '\r\n\r\n';

function partsOf(body: Buffer, boundary: string): readonly Buffer[] {
  const delimiter = `\r\n--${boundary}`;
  const parts: Buffer[] = [];
  let at = body.indexOf(delimiter.slice(2));
  if (at !== 0 && at !== 2) throw malformed();
  at += delimiter.length - 2;
  while (body.toString('latin1', at, at + 2) !== '--') {
    const content = body.indexOf(HEADERS_END, at) + HEADERS_END.length;
    const end = body.indexOf(delimiter, content - 2);
    if (content < HEADERS_END.length || end < 0) throw malformed();
    const headers = body.toString('latin1', at, content);
    if (!/\r\ncontent-type:\s*application\/dicom\s*(;|\r\n)/i.test(headers)) {
      throw new ApiError('ValidationException', 'A part is not application/dicom');
    }
    parts.push(body.subarray(content, end));
    at = end + delimiter.length;
  }
  return parts;
}

const malformed = (): ApiError => new ApiError('ValidationException', 'The multipart body is malformed');
