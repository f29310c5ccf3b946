import { defineConfig } from 'vitest/config';

// Compiling graphs takes seconds on a busy machine.
export default defineConfig({ test: { pool: 'forks', testTimeout: 60_000 } });
