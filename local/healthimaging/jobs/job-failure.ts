/** Ends a job as FAILED. The message is what GetDICOMImportJob tells. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';
}

/** A message in the characters that the service model allows (`[\w -:]+`, 2048 at most). */
export function jobMessage(text: string): string {
  return text.replace(/[^\w -:]/g, ' ').slice(0, 2048);
}
