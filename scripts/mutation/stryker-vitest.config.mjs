import { defineConfig } from 'vitest/config';

// Stryker's runner asks for threads; what runs for ever is Stryker's to end.
export default defineConfig({ test: { pool: 'threads', testTimeout: 60_000 } });
