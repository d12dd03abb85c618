import { pipelineFaults } from './pipeline-fault.ts';

/**
 * Why something was not imported, as a label: the ledger's own words are sentences with ids in them, and their number
 * has no bound.
 */
export const failureReasons = [
  ...Object.values(pipelineFaults),
  'JobFailed',
  'ValidationException',
  'AccessDeniedException',
  'ResourceNotFoundException',
  'InternalServerException',
  'ThrottlingException',
  'States.Timeout',
  'unaccounted',
  'other',
] as const;
export type FailureReason = (typeof failureReasons)[number];

/** The word that a reason of the ledger begins with, if it is a known one. */
export function failureReasonOf(reason: string): FailureReason {
  return failureReasons.find((known) => reason === known || reason.startsWith(`${known}:`)) ?? 'other';
}
