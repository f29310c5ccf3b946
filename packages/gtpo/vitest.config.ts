import { defineConfig } from 'vitest/config';

// Properties take their time on a busy machine.
export default defineConfig({ test: { testTimeout: 60_000 } });
