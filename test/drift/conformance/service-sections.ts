import type { ServiceSection } from './service-section.ts';
import { storage } from './storage.ts';
import { storageCommitment } from './storage-commitment.ts';
import { verification } from './verification.ts';

/** The services that are offered, in the order of the statement. */
export const serviceSections: readonly ServiceSection[] = [verification, storage, storageCommitment];
