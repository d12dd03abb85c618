import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type Manifest, manifestSchema } from '../../core/manifest.ts';
import { startEdition } from '../../local/edition.ts';
import type { PipelineProgress } from '../../local/pipeline-progress.ts';
import type { InstanceHeader } from '../../service/dicom/dataset/instance-header.ts';
import { readFileMeta } from '../../service/dicom/part10/read-file-meta.ts';
import { HeaderReader } from '../../service/ingest/header-reader.ts';
import { AwaitedList } from '../support/awaited-list.ts';
import { StoreScu } from '../support/store-scu.ts';

/**
 * Sends every DICOM file of a folder to the whole product with DCMTK's dcmsend, waits for the import, and prints what
 * became of each: whether it is stored byte for byte as sent, whether dcmdump and dciodvfy read it, and its outcome.
 * usage: node test/load/send-folder.ts <folder>
 */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node test/load/send-folder.ts <folder>');

type Ended = Extract<PipelineProgress, { type: 'ended' }>;

interface Sent {
  readonly path: string;
  readonly dataSet: Uint8Array;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
}

async function filesOf(root: string): Promise<readonly Sent[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const found: Sent[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    const result = readFileMeta(bytes);
    if (result.state !== 'meta') continue;
    const { transferSyntaxUid, mediaStorageSopClassUid, mediaStorageSopInstanceUid } = result.meta;
    const dataSet = bytes.subarray(result.dataSetOffset);
    const stated = await headerOf(dataSet, transferSyntaxUid);
    found.push({
      path,
      dataSet,
      // As DCMTK does: the file meta information of some files names another instance than their data set.
      sopClassUid: stated.sopClassUid ?? mediaStorageSopClassUid ?? '',
      sopInstanceUid: stated.sopInstanceUid ?? mediaStorageSopInstanceUid ?? '',
      transferSyntaxUid,
    });
  }
  return found;
}

async function headerOf(dataSet: Uint8Array, transferSyntaxUid: string): Promise<Partial<InstanceHeader>> {
  const reader = new HeaderReader(transferSyntaxUid);
  await reader.push(dataSet);
  const result = reader.end();
  reader.close();
  return result.state === 'found' ? result.header : {};
}

/** Sends one file as it is, which dcmsend does not: it writes every data set anew. Answers the status, or the refusal. */
async function sendAsIs(file: Sent, port: number): Promise<number | string> {
  try {
    const scu = await StoreScu.associate({ port, callingAeTitle: 'AS_IS', ...file });
    const status = await scu.store({ ...file, chunks: () => [file.dataSet] });
    await scu.release();
    return status;
  } catch (error) {
    return String(error);
  }
}

/** Runs a tool while this process goes on serving: the emulators live in it. */
const run = (command: string, args: readonly string[]): Promise<{ readonly ok: boolean; readonly output: string }> =>
  new Promise((resolve) => {
    execFile(command, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
      resolve({ ok: error === null, output: `${stdout}${stderr}` }),
    );
  });

const data = await mkdtemp(join(tmpdir(), 'send-folder-'));
const ended = new AwaitedList<Ended>();
const refusals: string[] = [];
const edition = await startEdition({
  dataFolder: data,
  dicomPort: 0,
  adminPort: 0,
  environment: {},
  onServiceLog: ({ event, sopInstanceUid, code, status }) => {
    if (event === 'instance-refused') refusals.push(`${sopInstanceUid} ${code}`);
    if (event === 'request-refused') refusals.push(`0x${Number(status).toString(16).padStart(4, '0')}`);
  },
  onProgress: (progress) => {
    if (progress.type === 'ended') ended.push(progress);
  },
  onFunctionLog: () => undefined,
});
try {
  const sent = await filesOf(folder);
  const options = ['--verbose', '--no-halt', '--no-uid-checks', '--scan-directories', '--recurse', '-aec', 'STORESCP'];
  const { output } = await run('dcmsend', [...options, '127.0.0.1', String(edition.dicomPort), folder]);
  const summary = output.split('\n').filter((line) => /Number of|status|sent to/.test(line));
  process.stdout.write(`${sent.length} Part 10 files in the folder. dcmsend says:\n${summary.join('\n')}\n`);
  const answers = new Map<string, string[]>();
  for (const file of sent) {
    const answer = await sendAsIs(file, edition.dicomPort);
    const said = typeof answer === 'number' ? `0x${answer.toString(16).padStart(4, '0')}` : answer;
    answers.set(said, [...(answers.get(said) ?? []), relative(folder, file.path)]);
  }
  process.stdout.write('Sent once more as they are, each in an association of its own:\n');
  for (const [said, paths] of answers) {
    process.stdout.write(`  ${said}: ${paths.length}${paths.length > 12 ? '' : ` (${paths.join(', ')})`}\n`);
  }
  const stored = sent.length - [...answers].reduce((n, [said, paths]) => (said === '0x0000' ? n : n + paths.length), 0);
  await ended.first(() => ended.items.reduce((files, { batch }) => files + batch.files, 0) >= stored);

  let identical = 0;
  let recoded = 0;
  let read = 0;
  let verified = 0;
  const manifests = join(data, 's3/ingest/manifests');
  const names = await readdir(manifests);
  const instances: Manifest['instances'][number][] = [];
  for (const name of names) {
    instances.push(...manifestSchema.parse(JSON.parse(await readFile(join(manifests, name), 'utf8'))).instances);
  }
  const originals = new Set(sent.map(({ dataSet }) => Buffer.from(dataSet).toString('latin1')));
  for (const { key } of instances) {
    const path = join(data, 's3/ingest', key);
    const bytes = await readFile(path);
    const meta = readFileMeta(bytes);
    const offset = meta.state === 'meta' ? meta.dataSetOffset : 0;
    if (originals.has(bytes.subarray(offset).toString('latin1'))) identical += 1;
    else recoded += 1;
    if ((await run('dcmdump', ['-q', path])).ok) read += 1;
    // It complains of many a conformant modality; what counts is that it finds the IOD and gets to the end.
    if (!/abort|not supported/i.test((await run('dciodvfy', [path])).output)) verified += 1;
  }
  const sum = (field: 'imported' | 'warned' | 'failed' | 'unaccounted') =>
    ended.items.reduce((total, { batch }) => total + (batch[field] ?? 0), 0);
  process.stdout.write(
    [
      `${instances.length} instances stored: ${identical} as their file has them, ${recoded} as dcmsend wrote them anew`,
      `dcmdump reads ${read}, dciodvfy ${verified}`,
      `refused by the service: ${refusals.length} (${[...new Set(refusals)].join(', ')})`,
      `${ended.items.length} batches: ${sum('imported')} imported, ${sum('warned')} with warnings, ${sum('failed')} failed, ${sum('unaccounted')} unaccounted for`,
      ...new Set(
        ended.items.flatMap(({ failures }) => failures.map((one) => `  ${one.sopInstanceUid}: ${one.reason}`)),
      ),
      '',
    ].join('\n'),
  );
} finally {
  await edition.stop();
  await rm(data, { recursive: true });
}
