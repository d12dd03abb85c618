import type { StudyState, StudySummary } from '../../core/ledger.ts';

/** The port to those who want to know how studies stand. */
export interface StudyNotices {
  readonly publish: (notice: StudyNotice) => Promise<void>;
}

/** What is told of a study that is complete or needs attention. Identifiers and counts; nothing of the patient. */
export interface StudyNotice extends Omit<StudySummary, 'state' | 'imageSetIds' | 'nonPrimaryImageSetIds'> {
  readonly version: 1;
  readonly datastoreId: string;
  readonly studyInstanceUid: string;
  readonly state: Extract<StudyState, 'complete' | 'attention'>;
  readonly imageSets: number;
  /** Image sets that conflict with the primary one of their series: somebody has to decide. */
  readonly nonPrimaryImageSetIds: readonly string[];
}

/** Nobody wants to know. */
export const silentNotices: StudyNotices = { publish: () => Promise.resolve() };
