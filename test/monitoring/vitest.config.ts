import { defineConfig } from 'vitest/config';

/** The long rehearsal of the alerts: minutes. `npm test` runs a short one. */
export default defineConfig({
  test: {
    include: ['test/monitoring/*.rehearsal.ts'],
    environment: 'node',
    maxWorkers: 1,
    reporters: ['verbose', './test/support/closing-line.ts'],
  },
});
