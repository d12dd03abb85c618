import { ctElements, part10, type TestElements } from './part10.ts';
import type { Trial } from './trial-emulator.ts';

/** Puts a small CT image into the input bucket. */
export function put({ objects }: Trial, key: string, elements: TestElements = {}, syntax?: string): void {
  objects.put('input', key, part10(ctElements(elements), syntax));
}

/** Imports what is below a prefix, and gives the job's id when that has ended. */
export async function imported(trial: Trial, datastoreId: string, prefix: string): Promise<string> {
  const jobId = await trial.start(datastoreId, prefix);
  await trial.ended(jobId);
  return jobId;
}

/** The lines of success.ndjson or warning.ndjson. */
export function lines(
  text: string | undefined,
): { inputFile: string; importResponse: { imageSetId: string; isPrimary: boolean } }[] {
  return (text ?? '')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
