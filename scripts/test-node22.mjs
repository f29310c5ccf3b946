// `npm run test:node22`: the tests once more, under the oldest Node that `engines` promises.
//
//   FILTER...    only test files whose path contains one of these
import { mkdirSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describeCounts, writeCounts } from './checks/counts.mjs';
import { readVitestReport } from './checks/read-vitest-report.mjs';
import { runInherited } from './checks/run-inherited.mjs';
import { nodeBinary, OLDEST_NODE } from './checks/tested-nodes.mjs';
import { ROOT } from './setup/project.mjs';

const report = join(ROOT, '.cache', 'reports', 'vitest-node22.json');
mkdirSync(dirname(report), { recursive: true });
rmSync(report, { force: true });

const node = await nodeBinary(OLDEST_NODE);
const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}` };
const code = await runInherited(node, [vitest, 'run', ...reporters, ...process.argv.slice(2)], { env });

const counted = readVitestReport(report);
const counts =
  code !== 0 && counted.failed === 0 ? { ...counted, failed: 1, failures: ['an error outside of any test'] } : counted;
writeCounts('test-node22', counts);
process.stdout.write(`Node ${OLDEST_NODE}: ${describeCounts(counts)}\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;
