import { defineConfig } from 'vitest/config';

// Time for searches through generated tasks on a machine that is busy with others.
export default defineConfig({ test: { pool: 'forks', testTimeout: 60_000 } });
