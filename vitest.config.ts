import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// What tests leave behind, and what they cannot remove because they were killed, goes with this folder.
const temporary = mkdtempSync(join(tmpdir(), 'turnwise-tests-'));
for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = temporary;
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));

// Every package is a project of its own, so that `npm test -- --project @turnwise/gtpo` runs one of them;
// the root's own tests are one more. Processes and not threads, because native TensorFlow lives once per process.
export default defineConfig({
  test: {
    pool: 'forks',
    projects: ['packages/*', 'apps/*', { test: { name: 'root', include: ['test/**/*.test.ts'] } }],
  },
});
