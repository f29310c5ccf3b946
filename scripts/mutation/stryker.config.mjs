import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../setup/project.mjs';

const name = process.env['TURNWISE_PACKAGE'] ?? '';
const cache = join(ROOT, '.cache', 'stryker', name);

/** Stryker in the folder of one package, whose name the environment says. */
export default {
  testRunner: 'vitest',
  plugins: [fileURLToPath(import.meta.resolve('@stryker-mutator/vitest-runner'))],
  vitest: { configFile: join(ROOT, 'scripts', 'mutation', 'stryker-vitest.config.mjs') },
  mutate: ['src/**/*.ts', '!src/**/*.test.ts', '!src/index.ts'],
  // TypeScript 7 has no programming interface for Stryker's rewriting of tsconfig.json, which nothing here needs.
  tsconfigFile: 'none.json',
  ignorePatterns: ['dist', '.turbo', 'README.md', 'tsconfig*.json'],
  incremental: true,
  incrementalFile: join(cache, 'incremental.json'),
  tempDirName: join(cache, 'sandbox'),
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: join(cache, 'report.json') },
  coverageAnalysis: 'perTest',
  // On a busy machine the first run of all tests is slow.
  dryRunTimeoutMinutes: 60,
  concurrency: Number(process.env['TURNWISE_CONCURRENCY'] ?? 1),
  allowEmpty: true,
};
