/**
 * Pages that are linked to and come with another change. Empty when all changes are merged: a test fails for each name
 * that has come to be.
 */
export const pagesOfOtherChanges: readonly string[] = [
  'docs/audit.md',
  'docs/cli.md',
  'docs/metrics.md',
  'docs/monitoring.md',
  'docs/runbooks/',
  'docs/status-page.md',
  'docs/storage-commitment.md',
];

/** Pages that another change rewrites: what they name is not looked for. Empty when all changes are merged. */
export const rewrittenByOtherChanges: readonly string[] = ['docs/performance.md'];
