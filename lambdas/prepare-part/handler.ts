import { Logger } from '@aws-lambda-powertools/logger';
import { environmentOf } from '../environment.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { objectStores } from '../object-store.ts';
import { sealedBatchSchema } from '../sealed-batch.ts';
import { type PreparedPart, preparePart } from './prepare-part.ts';

const logger = new Logger({ serviceName: 'prepare-part' });
const storeOf = objectStores();
const ledger = openLedger(environmentOf('prepare-part'));

/** Takes a sealed batch; answers the part of it that can be imported now. */
export async function handler(event: unknown): Promise<PreparedPart> {
  const sealed = sealedBatchSchema.parse(event);
  const prepared = await preparePart(sealed, { store: storeOf(sealed.bucket), ledger });
  logger.info('part prepared', { ...prepared });
  return prepared;
}
