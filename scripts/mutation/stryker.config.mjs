import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../setup/project.mjs';

const name = process.env['TURNWISE_PACKAGE'] ?? '';
const cache = join(ROOT, '.cache', 'stryker', name);

export default {
  testRunner: 'vitest',
  plugins: [fileURLToPath(import.meta.resolve('@stryker-mutator/vitest-runner'))],
  vitest: { configFile: join(ROOT, 'scripts', 'mutation', 'stryker-vitest.config.mjs') },
  mutate: ['src/**/*.ts', '!src/**/*.test.ts', '!src/index.ts'],
  // TypeScript 7 has no programming interface for Stryker's rewriting of this file, which nothing here needs.
  tsconfigFile: 'none.json',
  ignorePatterns: ['dist', '.turbo', 'README.md', 'tsconfig*.json'],
  incremental: true,
  incrementalFile: join(cache, 'incremental.json'),
  tempDirName: join(cache, 'sandbox'),
  reporters: ['json', 'clear-text'],
  jsonReporter: { fileName: join(cache, 'report.json') },
  clearTextReporter: { reportTests: false, reportMutants: false },
  coverageAnalysis: 'perTest',
  concurrency: 1,
  allowEmpty: true,
};
