import { defineConfig } from 'vitest/config';

/** What needs a real browser. */
export default defineConfig({
  test: {
    include: ['test/browser/*.browser.ts'],
    environment: 'node',
    testTimeout: 120_000,
    hookTimeout: 240_000,
    maxWorkers: 1,
    reporters: ['default', './test/support/closing-line.ts'],
  },
});
