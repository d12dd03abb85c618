/**
 * How a key becomes a path: as it stands, wherever a file system allows it, so that a person finds the files.
 * The rest is escaped with `%`, which never stands for itself:
 * - `%XX` is a byte of UTF-8 that cannot be (Windows included) in a file name
 * - `%_` is an empty segment, as after a trailing slash
 * - `name%/rest` is one segment of more than 240 bytes, cut
 * - `%~` begins a whole key that is written flat, because its place is taken (`a` and `a/b`)
 */
const maxNameBytes = 240;
const forbidden = new Set('%\\:*?"<>|\u007f');

/** The path of a key below its bucket's folder, with slashes. Never leaves that folder. */
export function pathOfKey(key: string): string {
  return key.split('/').map(segmentPath).join('/');
}

/** Another path for the same key, directly in the bucket's folder, that no other key's path runs through. */
export function flatPathOfKey(key: string): string {
  return cut(['%~', ...fileName(key, (char) => char === '/' || isForbidden(char))]);
}

/** The key of a path; nothing for a path that this server would not have written. */
export function keyOfPath(path: string): string | undefined {
  const whole = path
    .split('/')
    .map((name) => (name.endsWith('%') ? name.slice(0, -1) : `${name}/`))
    .join('')
    .slice(0, -1);
  const key = decode(whole.startsWith('%~') ? whole.slice(2) : whole);
  if (key === undefined || (pathOfKey(key) !== path && flatPathOfKey(key) !== path)) return undefined;
  return key;
}

/** Where the metadata of the file at `path` is kept, below the bucket's metadata folder. */
export function sidecarPath(path: string): string {
  // `a` has the sidecar `a.json`, so the folder `a.json` must have another name there.
  return `${path.replaceAll('.json/', '.json%-/')}.json`;
}

function segmentPath(segment: string): string {
  return segment === '' ? '%_' : cut(fileName(segment, isForbidden));
}

function cut(parts: readonly string[]): string {
  let path = '';
  let nameBytes = 0;
  for (const part of parts) {
    const bytes = Buffer.byteLength(part);
    if (nameBytes + bytes > maxNameBytes) {
      path += '%/';
      nameBytes = 0;
    }
    path += part;
    nameBytes += bytes;
  }
  return path;
}

function fileName(text: string, escapes: (char: string) => boolean): readonly string[] {
  const escaped = Array.from(text, (char) => (escapes(char) ? percent(char) : char));
  const last = escaped.at(-1);
  // Windows drops a dot or a space at the end; and `.` and `..` are not names anywhere.
  if (last === '.' || last === ' ') escaped[escaped.length - 1] = percent(last);
  return escaped;
}

function isForbidden(char: string): boolean {
  return forbidden.has(char) || char < ' ';
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function decode(escaped: string): string | undefined {
  try {
    return decodeURIComponent(escaped.replaceAll('%_', ''));
  } catch {
    return undefined;
  }
}
