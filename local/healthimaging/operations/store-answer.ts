import type { ApiReply } from '../http/api-request.ts';

/** What became of one part of a STOW-RS request. `unnamed`: the answer is silent about it, which no standard allows. */
export type StoreOutcome =
  | {
      readonly kind: 'stored';
      readonly sopClassUid: string;
      readonly sopInstanceUid: string;
      readonly studyInstanceUid: string;
      readonly seriesInstanceUid: string;
      readonly warningReasons: readonly number[];
    }
  | {
      readonly kind: 'failed';
      readonly failureReason: number;
      /** Absent when the part could not be read. */
      readonly sopClassUid?: string;
      readonly sopInstanceUid?: string;
    }
  | { readonly kind: 'unnamed' };

/**
 * The Store Instances Response Module (PS3.18 I.2) as DICOM JSON.
 * @param partly the status when some were stored and some were not; the standard's is 202
 */
export function storeAnswer(outcomes: readonly StoreOutcome[], partly: number): ApiReply {
  const stored = outcomes.flatMap((one) => (one.kind === 'stored' ? [one] : []));
  const failures = outcomes.flatMap((one) => (one.kind === 'failed' ? [one] : []));
  const named = failures.filter(({ sopInstanceUid }) => sopInstanceUid !== undefined);
  const unreadable = failures.filter(({ sopInstanceUid }) => sopInstanceUid === undefined);
  const hasWarnings = stored.some(({ warningReasons }) => warningReasons.length > 0);
  const status = failures.length === 0 && !hasWarnings ? 200 : stored.length === 0 ? 409 : partly;
  return {
    kind: 'json',
    status,
    contentType: 'application/dicom+json',
    body: {
      ...sequence('00081199', stored.map(storedItem)),
      ...sequence('00081198', named.map(failedItem)),
      ...sequence('0008119A', unreadable.map(failedItem)),
    },
  };
}

type Outcome<Kind extends StoreOutcome['kind']> = Extract<StoreOutcome, { kind: Kind }>;

function storedItem(one: Outcome<'stored'>): object {
  const path = `studies/${one.studyInstanceUid}/series/${one.seriesInstanceUid}/instances/${one.sopInstanceUid}`;
  return {
    ...reference(one),
    '00081190': { vr: 'UR', Value: [path] },
    ...(one.warningReasons.length === 0 ? {} : { '00081196': { vr: 'US', Value: one.warningReasons } }),
  };
}

const failedItem = (one: Outcome<'failed'>): object => ({
  ...reference(one),
  '00081197': { vr: 'US', Value: [one.failureReason] },
});

function reference({
  sopClassUid,
  sopInstanceUid,
}: {
  readonly sopClassUid?: string;
  readonly sopInstanceUid?: string;
}) {
  if (sopClassUid === undefined || sopInstanceUid === undefined) return {};
  return { '00081150': { vr: 'UI', Value: [sopClassUid] }, '00081155': { vr: 'UI', Value: [sopInstanceUid] } };
}

const sequence = (tag: string, items: readonly object[]): object =>
  items.length === 0 ? {} : { [tag]: { vr: 'SQ', Value: items } };
