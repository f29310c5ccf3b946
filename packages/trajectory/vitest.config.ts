import { defineConfig } from 'vitest/config';

// Time for property tests on a machine that is busy with others.
export default defineConfig({ test: { pool: 'forks', testTimeout: 60_000 } });
