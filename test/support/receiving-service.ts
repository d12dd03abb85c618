import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readFileMeta } from '../../service/dicom/part10/read-file-meta.ts';
import { ServiceProcess } from './service-process.ts';

const run = promisify(execFile);

/** A Part 10 file, taken apart. */
export interface StoredFile {
  readonly path: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly dataSet: Buffer;
}

/** The real service on a folder of its own, and what it has stored there. */
export class ReceivingService {
  readonly process: ServiceProcess & { readonly port: number };
  readonly folder: string;

  private constructor(process: ServiceProcess & { readonly port: number }, folder: string) {
    this.process = process;
    this.folder = folder;
  }

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<ReceivingService> {
    const folder = await mkdtemp(join(tmpdir(), 'interop-'));
    const settings = { SCP_FOLDER: join(folder, 'store'), SCP_FOLDER_FSYNC: 'false', ...environment };
    return new ReceivingService(await ServiceProcess.start(settings), folder);
  }

  get port(): string {
    return String(this.process.port);
  }

  /** What was stored of this instance: a file for each time that its bytes were others. */
  async stored(sopInstanceUid: string): Promise<readonly StoredFile[]> {
    return (await this.storedOf(sopInstanceUid)).filter((file) => file.sopInstanceUid === sopInstanceUid);
  }

  /** What was stored of all instances whose SOP Instance UIDs begin so. */
  async storedOf(uidRoot: string): Promise<readonly StoredFile[]> {
    const root = join(this.folder, 'store/batches');
    const paths = (await readdir(root, { recursive: true })).filter((path) => path.endsWith('.dcm'));
    const files = await Promise.all(paths.map((path) => readPart10(join(root, path))));
    return files.filter((file) => file.sopInstanceUid.startsWith(uidRoot));
  }

  async stop(): Promise<void> {
    await this.process.stop();
    await rm(this.folder, { recursive: true });
  }
}

export async function readPart10(path: string): Promise<StoredFile> {
  const bytes = await readFile(path);
  const meta = readFileMeta(bytes);
  if (meta.state !== 'meta') throw new Error(`${path} is no Part 10 file`);
  const { mediaStorageSopInstanceUid: sopInstanceUid = '', transferSyntaxUid } = meta.meta;
  return { path, sopInstanceUid, transferSyntaxUid, dataSet: bytes.subarray(meta.dataSetOffset) };
}

/** Whether DCMTK reads the file to its end. */
export async function dcmdumpReads(path: string): Promise<boolean> {
  return run('dcmdump', ['--quiet', path]).then(
    () => true,
    () => false,
  );
}

/** The errors that dciodvfy finds in the file, other than that its pixels and patient are made up. */
export async function dciodvfyErrors(path: string): Promise<readonly string[]> {
  const { stderr } = await run('dciodvfy', [path]).catch((error: { stderr: string }) => error);
  return stderr.split('\n').filter((line) => line.startsWith('Error'));
}
