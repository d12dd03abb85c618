import { StoreFault } from '../../../core/object-store.ts';

/** A file system error as the fault that it means for the modality. */
export function folderFault(error: unknown): StoreFault {
  if (error instanceof StoreFault) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const message = `the folder store failed: ${code}`;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EMFILE':
    case 'ENFILE':
      return new StoreFault('STORE_FULL', message, { retryable: true, cause: error });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StoreFault('STORE_DENIED', message, { retryable: false, cause: error });
    default:
      return new StoreFault('STORE_UNAVAILABLE', message, { retryable: true, cause: error });
  }
}
