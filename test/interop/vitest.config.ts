import { defineConfig } from 'vitest/config';

/** The long suite: every peer that others wrote. `npm test` runs those of its files that need DCMTK alone. */
export default defineConfig({
  test: {
    include: ['test/interop/{dcmtk,dcmjs-dimse}*.test.ts', 'test/interop/*.interop.ts'],
    environment: 'node',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    reporters: ['./test/interop/matrix-reporter.ts', './test/support/closing-line.ts'],
  },
});
