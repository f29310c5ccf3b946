import { defineConfig } from 'vitest/config';

// Every package is a project of its own, so that `npm test -- --project @turnwise/gtpo` runs one of them;
// the root's own tests are one more. Processes and not threads, because native TensorFlow lives once per process.
export default defineConfig({
  test: {
    pool: 'forks',
    projects: ['packages/*', 'apps/*', { test: { name: 'root', include: ['test/**/*.test.ts'] } }],
  },
});
