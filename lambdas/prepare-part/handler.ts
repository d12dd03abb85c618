import { Logger } from '@aws-lambda-powertools/logger';
import { environmentOf } from '../environment.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { objectStores } from '../object-store.ts';
import { sealedBatchSchema } from '../sealed-batch.ts';
import { batchTrace } from '../tracing/open-batch-trace.ts';
import { type PreparedPart, preparePart } from './prepare-part.ts';

const logger = new Logger({ serviceName: 'prepare-part' });
const storeOf = objectStores();
const trace = batchTrace('prepare-part', logger);
const ledger = openLedger(environmentOf('prepare-part'), trace.continueFrom);

/** Takes a sealed batch; answers the part of it that can be imported now. */
export async function handler(event: unknown): Promise<PreparedPart> {
  return trace.invocation(async () => {
    const sealed = sealedBatchSchema.parse(event);
    trace.note({ 'dicom.batch.id': sealed.batchId });
    const prepared = await preparePart(sealed, { store: storeOf(sealed.bucket), ledger });
    logger.info('part prepared', { ...prepared });
    trace.note({ 'dicom.part.files': prepared.files, 'dicom.part.copied': prepared.copied });
    return prepared;
  });
}
