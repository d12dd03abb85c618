import { S3Error } from '../s3-error.ts';

/** Percent-encodes all but RFC 3986 unreserved characters, as SigV4's UriEncode does. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** As `uriEncode`, leaving the slashes of a path. */
export function uriEncodePath(path: string): string {
  return path.split('/').map(uriEncode).join('/');
}

/** Undoes percent-encoding. Throws InvalidURI for what is not percent-encoded UTF-8. */
export function uriDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  }
}

/** The parameters of a raw query string, decoded, in their order. `+` is a space, as S3 reads it. */
export function parseQuery(rawQuery: string): readonly (readonly [string, string])[] {
  return rawQuery
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      const name = at < 0 ? pair : pair.slice(0, at);
      const value = at < 0 ? '' : pair.slice(at + 1);
      return [uriDecode(name.replaceAll('+', ' ')), uriDecode(value.replaceAll('+', ' '))] as const;
    });
}
