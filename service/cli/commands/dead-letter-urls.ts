import type { CliContext } from '../context.ts';
import { UsageError } from '../exit-codes.ts';

/** Not a setting of the service: the queues are the pipeline's. */
const VARIABLE = 'DEAD_LETTER_QUEUE_URLS';

/** The URLs of the pipeline's queues of dead letters. @throws UsageError */
export function deadLetterQueueUrls(environment: CliContext['environment']): readonly string[] {
  const urls = (environment[VARIABLE] ?? '').split(',').filter((url) => url !== '');
  if (urls.length === 0) throw new UsageError(`${VARIABLE} is not set: URLs of queues, separated by commas`);
  const bad = urls.filter((url) => !URL.canParse(url));
  if (bad.length > 0) throw new UsageError(`${VARIABLE}: ${bad.join(', ')} is no URL`);
  return urls;
}
