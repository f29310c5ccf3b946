import { defineConfig } from 'vitest/config';

// Stryker's runner asks for threads.
export default defineConfig({ test: { pool: 'threads' } });
