import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // The short rehearsal of the alerts; test/monitoring/vitest.config.ts runs the long one too.
    include: ['test/**/*.test.ts', 'test/monitoring/few.rehearsal.ts'],
    environment: 'node',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The machines that this runs on have two cores.
    maxWorkers: 2,
    reporters: ['default', './test/support/closing-line.ts'],
  },
});
