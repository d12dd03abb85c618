import { attributeLimits } from '../../../core/healthimaging.ts';
import type { Refusal } from '../refusal.ts';

/** Why HealthImaging will not import an instance, or not import it whole. */
export type ImportProblem =
  | {
      /** The import of the file fails. */
      readonly severity: 'fails';
      readonly code: string;
      /** What the modality is told when such instances are refused. */
      readonly refusal: Refusal;
    }
  | {
      /** The file is imported with a warning, or its pixel data as a blob. */
      readonly severity: 'degrades';
      readonly code: string;
    };

/**
 * Statuses of what an import would fail for, in the range that PS3.4 B.2.3 leaves to us for a data set that cannot be
 * understood: sending again is of no use. C011 and following: what is missing. C021 and following: what is too long,
 * in the order of `attributeLimits`. C030: the whole.
 */
const FIRST_MISSING = 0xc011;
const FIRST_TOO_LONG = 0xc021;
const TOO_LARGE = 0xc030;

const identifying = [
  { field: 'sopClassUid', tag: 0x00080016, keyword: 'SOPClassUID' },
  { field: 'sopInstanceUid', tag: 0x00080018, keyword: 'SOPInstanceUID' },
  { field: 'studyInstanceUid', tag: 0x0020000d, keyword: 'StudyInstanceUID' },
  { field: 'seriesInstanceUid', tag: 0x0020000e, keyword: 'SeriesInstanceUID' },
] as const;

/** UIDs without which nothing is imported, with the problem of their absence. */
export const requiredUids = identifying.map(({ field, tag, keyword }, index) => ({
  field,
  problem: fails(FIRST_MISSING + index, 'ATTRIBUTE_MISSING', `HealthImaging needs ${keyword}, which is missing`, [tag]),
}));

/** Attributes whose length is bounded, with the problem of their excess. */
export const boundedAttributes = attributeLimits.map((limit, index) => ({
  ...limit,
  problem: fails(
    FIRST_TOO_LONG + index,
    'VALUE_TOO_LONG',
    `${limit.keyword} is longer than the ${limit.maxCharacters} characters imported`,
    [limit.tag],
  ),
}));

export const tooLarge = fails(TOO_LARGE, 'INSTANCE_TOO_LARGE', 'The instance is larger than the 10 GB imported');
export const uidMalformed: ImportProblem = { severity: 'degrades', code: 'UID_MALFORMED' };
export const transferSyntaxNotImported: ImportProblem = {
  severity: 'degrades',
  code: 'TRANSFER_SYNTAX_NOT_IMPORTED',
};

function fails(status: number, code: string, comment: string, offendingElements: readonly number[] = []) {
  return { severity: 'fails', code, refusal: { status, code, comment, offendingElements } } satisfies ImportProblem;
}

/** Every problem there is. */
export const importProblems: readonly ImportProblem[] = [
  ...new Map(
    [...requiredUids, ...boundedAttributes].map(({ problem }): [string, ImportProblem] => [problem.code, problem]),
  ).values(),
  tooLarge,
  uidMalformed,
  transferSyntaxNotImported,
];
