import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { ProgressBar } from '../progress-bar.ts';
import { type DicomFile, readDicomFile } from '../send/dicom-file.ts';
import { findFiles } from '../send/find-files.ts';
import { type SentFile, sendFiles } from '../send/send-files.ts';
import { reportSent, SendTally } from '../send/send-report.ts';
import { peerOf, peerOptions } from './peer-options.ts';

const RETRY_DELAY_MS = 1_000;

export const send: Command = {
  name: 'send',
  summary: 'Send files, or folders with all below them: C-STORE.',
  details: [
    'Every data set goes as it is in its file: it is neither read nor written anew, and a presentation context proposes its transfer syntax alone. What is no DICOM is passed over in folders and is a failure where it was named.',
    'A file is sent again when the connection breaks, or when the peer is out of resources (0xA7xx) or rejects for the moment.',
  ],
  positionals: [{ name: 'path', description: 'A file or a folder.', required: true, many: true, isPath: true }],
  options: {
    ...peerOptions,
    associations: { type: 'string', value: 'N', description: 'Associations at a time.', default: '2' },
    retries: { type: 'string', value: 'N', description: 'How often a file is sent again.', default: '3' },
  },
  examples: ['send ./study', 'send ./study --associations 8 --host scp.example --port 104 --called STORESCP'],
  run: async (given, context) => {
    const { address, titles } = await peerOf(given, context);
    const associations = given.count('associations', 1, 64);
    const retries = given.count('retries', 0, 20);
    const { clock, sleep, stderr } = context;
    const tally = new SendTally();
    const bar = new ProgressBar(stderr);

    const files: DicomFile[] = [];
    for await (const { path, byChance } of findFiles(given.positionals)) {
      const read = await readDicomFile(path);
      if ('file' in read) files.push(read.file);
      else if (byChance && read.what !== 'unreadable') tally.skip();
      else tally.add(notSent(path, read.problem), 0);
      bar.show(`${files.length} files found`);
    }

    const startedMs = clock.monotonicMs();
    const total = files.length + tally.ended;
    await sendFiles(files, {
      ...titles,
      address,
      associations,
      retries,
      retryDelayMs: RETRY_DELAY_MS,
      sleep,
      onFile: (sent, { bytes }) => {
        tally.add(sent, bytes);
        bar.draw(tally.ended, total, `${tally.ended} of ${total}, ${(tally.bytes / 1_000_000).toFixed(0)} MB`);
      },
    });
    bar.clear();
    const report = tally.report(clock.monotonicMs() - startedMs);
    const { stored, warned, refused, notSent: unsent } = report;
    const isWell = stored + warned > 0 && refused + unsent === 0;
    const noAnswer = stored + warned + refused === 0 && files.length > 0;
    return {
      exitCode: (isWell ? exitCodes.ok : noAnswer ? exitCodes.unreachable : exitCodes.bad).code,
      value: report,
      text: reportSent(report),
    };
  },
};

const notSent = (path: string, reason: string): SentFile => ({
  path,
  sopInstanceUid: '',
  outcome: 'not-sent',
  reason,
  tries: 1,
});
