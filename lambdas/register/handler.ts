import { Logger } from '@aws-lambda-powertools/logger';
import { environmentOf } from '../environment.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { objectStores } from '../object-store.ts';
import { sealedBatchSchema } from '../sealed-batch.ts';
import { batchTrace } from '../tracing/open-batch-trace.ts';
import { type RegisteredBatch, register } from './register.ts';

const environment = environmentOf('register');
const logger = new Logger({ serviceName: 'register' });
const storeOf = objectStores();
const trace = batchTrace('register', logger);
const ledger = openLedger(environment, trace.continueFrom);

/** Takes a sealed batch; answers the registered one. */
export async function handler(event: unknown): Promise<RegisteredBatch> {
  return trace.invocation(async () => {
    const sealed = sealedBatchSchema.parse(event);
    trace.note({ 'dicom.batch.id': sealed.batchId });
    const registered = await register(sealed, {
      store: storeOf(sealed.bucket),
      ledger,
      nowMs: Date.now,
      outputS3Uri: environment.OUTPUT_S3_URI,
      defaultDatastoreId: environment.DEFAULT_DATASTORE_ID,
    });
    logger.info('registered', { ...registered });
    trace.note({ 'dicom.batch.status': registered.status, 'dicom.batch.files': registered.files });
    return registered;
  });
}
