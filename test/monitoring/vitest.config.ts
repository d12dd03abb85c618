import { defineConfig } from 'vitest/config';

/** The rehearsals of the alerts: minutes, and two cores. `few` is the short one. */
export default defineConfig({
  test: {
    include: ['test/monitoring/*.rehearsal.ts'],
    environment: 'node',
    maxWorkers: 1,
    reporters: ['verbose', './test/support/closing-line.ts'],
  },
});
