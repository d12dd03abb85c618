import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { MedicalImagingClient } from '@aws-sdk/client-medical-imaging';
import { ulidTimeMs } from '../../core/ulid.ts';
import { environmentOf } from '../environment.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { functionMetrics } from '../metrics.ts';
import { objectStores } from '../object-store.ts';
import { sealedBatchSchema } from '../sealed-batch.ts';
import { studyNotices } from '../studies/sns-notices.ts';
import { batchTrace } from '../tracing/open-batch-trace.ts';
import { healthImagingImageSets } from './healthimaging-image-sets.ts';
import { noOutlet } from './instance-outlet.ts';
import { type StoredBatch, storeInstances } from './store-instances.ts';
import { stowRs } from './stow-rs.ts';

/** HealthImaging may transcode 100 MB before it answers. Twice that, and the time to send is over (`storeInstances`). */
const REQUEST_DEADLINE_MS = 150_000;
/** Where an image set is, is good to know and no reason to keep the batch waiting. */
const LOOK_UP = { connectionTimeout: 3_000, requestTimeout: 10_000 };

const environment = environmentOf('store-instances');
const { DICOMWEB_ENDPOINT: dicomWeb, IMAGE_SETS_ENDPOINT: imageSets } = environment;
const logger = new Logger({ serviceName: 'store-instances' });
const metrics = functionMetrics('store-instances');
const trace = batchTrace('store-instances', logger);
const storeOf = objectStores();
// Its endpoint is named whole: the SDK would put `runtime-` before the host of any other.
const client = new MedicalImagingClient({
  ...(imageSets === undefined ? {} : { endpoint: imageSets }),
  disableHostPrefix: true,
  requestHandler: LOOK_UP,
});
const options = {
  ledger: openLedger(environment, trace.continueFrom),
  outlet:
    dicomWeb === undefined
      ? noOutlet
      : stowRs({
          config: client.config,
          endpoint: dicomWeb,
          newBoundary: randomUUID,
          deadlineMs: REQUEST_DEADLINE_MS,
        }),
  imageSets: healthImagingImageSets(client),
  notices: studyNotices(environment.STUDY_TOPIC_ARN),
  nowMs: Date.now,
  sleep: (ms: number) => sleep(ms),
  random: Math.random,
  onTrouble: (error: unknown) => logger.warn('left to an import job, or not looked up', { error }),
};

/** Takes a sealed batch whose route has STOW-RS; answers how it has ended, or that a job is next. */
export async function handler(event: unknown): Promise<StoredBatch> {
  return trace.invocation(async () => {
    const sealed = sealedBatchSchema.parse(event);
    const stored = await storeInstances(sealed, { store: storeOf(sealed.bucket), ...options });
    logger[stored.left + stored.nonPrimary === 0 ? 'info' : 'warn']('stored', { ...stored });
    metrics.add('InstancesLeftToJobs', stored.left);
    if (stored.status === 'completed') {
      // A batch of which a job is next is counted when that is reconciled.
      metrics.add('InstancesImported', stored.imported);
      metrics.add('InstancesWarned', stored.warned);
      metrics.add('BatchAge', Math.max(0, Date.now() - ulidTimeMs(sealed.batchId)) / 1_000);
    }
    metrics.publish();
    trace.note({ 'dicom.batch.id': sealed.batchId, 'dicom.batch.status': stored.status });
    return stored;
  });
}
