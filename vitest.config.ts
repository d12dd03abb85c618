import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The machines that this runs on have two cores.
    maxWorkers: 2,
    reporters: ['default', './test/support/closing-line.ts'],
  },
});
