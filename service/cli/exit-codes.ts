/** What the exit code of a command says. */
export const exitCodes = {
  ok: { code: 0, meaning: 'Done, and what was asked about is well.' },
  bad: {
    code: 1,
    meaning:
      'Done, and what was asked about is not well: refused, failed, not found, or different from what it should be.',
  },
  usage: { code: 2, meaning: 'Not done: the command line, the environment or a file given to it cannot be used.' },
  unreachable: { code: 3, meaning: 'Not done: a peer or AWS did not answer, or refused.' },
} as const;

/** The command line, the environment or a file cannot be used. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}
