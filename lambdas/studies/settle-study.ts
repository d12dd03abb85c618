import { type StudyRecord, summarizeStudy } from '../../core/ledger.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { StudyNotice, StudyNotices } from './study-notices.ts';

const MAX_NAMED = 100;

/**
 * Notes in what state a study is after one of its batches has changed, and tells of it when it has become complete or
 * needs attention. Told before it is noted as told: a notice may come twice, and none is missing.
 * @param notices undefined while a batch is on its way: its end will tell
 */
export async function settleStudy(
  study: StudyRecord,
  { ledger, notices }: { readonly ledger: Pick<Ledger, 'markStudy'>; readonly notices: StudyNotices | undefined },
): Promise<void> {
  const { state } = summarizeStudy(study);
  const notice = notices === undefined ? undefined : noticeOf(study);
  const noticed = notice === undefined ? study.noticed : JSON.stringify(notice);
  if (state === study.state && noticed === study.noticed) return;
  if (notice !== undefined && noticed !== study.noticed) await notices?.publish(notice);
  await ledger.markStudy(study, { state, ...(noticed === undefined ? {} : { noticed }) });
}

/** What is to be told of a study, if anything is. */
export function noticeOf(study: StudyRecord): StudyNotice | undefined {
  const { state, imageSetIds, nonPrimaryImageSetIds, ...counts } = summarizeStudy(study);
  if (state !== 'complete' && state !== 'attention') return undefined;
  return {
    version: 1,
    datastoreId: study.datastoreId,
    studyInstanceUid: study.studyInstanceUid,
    state,
    ...counts,
    imageSets: imageSetIds.length,
    nonPrimaryImageSetIds: nonPrimaryImageSetIds.slice(0, MAX_NAMED),
  };
}
