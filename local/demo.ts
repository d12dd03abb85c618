import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoInstances, sendInstances } from './demo-study.ts';
import { startEdition } from './edition.ts';
import type { PipelineProgress } from './pipeline-progress.ts';
import { ProgressLine } from './progress-line.ts';
import { uuidUidSource } from './synthetic/uuid-uid.ts';

type Ended = Extract<PipelineProgress, { type: 'ended' }>;

const folder = await mkdtemp(join(tmpdir(), 'dicom-store-scp-demo-'));
const progress = new ProgressLine(process.stdout);
const instances = demoInstances(uuidUidSource(randomBytes));
const ended: Ended[] = [];
const allImported = Promise.withResolvers<void>();

progress.show('starting the service and the pipeline');
const edition = await startEdition({
  dataFolder: folder,
  dicomPort: 0,
  adminPort: 0,
  environment: { SCP_BATCH_QUIET_MS: '1000' },
  onServiceLog: ({ event, batchId }) => {
    if (event === 'batch-sealed') progress.show(`sealed batch ${batchId}; importing`);
  },
  onProgress: (step) => {
    if (step.type !== 'ended') return;
    ended.push(step);
    if (ended.reduce((files, { batch }) => files + batch.files, 0) >= instances.length) allImported.resolve();
  },
  onFunctionLog: () => undefined,
});
try {
  const refused = await sendInstances(instances, edition.dicomPort, (answered) =>
    progress.show(`stored ${answered} of ${instances.length} instances`),
  );
  if (refused.size > 0) throw new Error(`${refused.size} instances were refused`);
  await allImported.promise;
  progress.end();
  const table = [join(import.meta.dirname, '../service/cli/main.ts'), 'studies'];
  await once(
    spawn(process.execPath, [`--env-file=${join(folder, 'local.env')}`, ...table], { stdio: 'inherit' }),
    'close',
  );
  process.exitCode = ended.every(({ batch }) => batch.status === 'completed') ? 0 : 1;
} finally {
  await edition.stop();
  await rm(folder, { recursive: true });
}
