import { PipelineFault } from '../../core/pipeline-fault.ts';

const MAX_REASON_CHARACTERS = 500;

/** Errors of StartDICOMImportJob that will not go away (API reference, "Errors"). */
const refused = ['ValidationException', 'AccessDeniedException', 'ResourceNotFoundException'];
const throttled = ['ThrottlingException', 'ServiceQuotaExceededException'];

/** What an error of the HealthImaging client means for the import. Whatever is not known to last is tried again. */
export function importFault(error: unknown): PipelineFault {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const reason = `${name}: ${message}`.slice(0, MAX_REASON_CHARACTERS);
  if (throttled.includes(name)) return new PipelineFault('IMPORT_THROTTLED', reason, error);
  if (refused.includes(name)) return new PipelineFault('IMPORT_REFUSED', reason, error);
  return new PipelineFault('IMPORT_UNAVAILABLE', reason, error);
}
