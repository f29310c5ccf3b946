import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { ROOT } from '../setup/project.mjs';
import { MUTANTS } from './mutants.mjs';

const index = Number(process.env['TURNWISE_MUTANT']);
const mutant = MUTANTS[index];
if (mutant === undefined) throw new RangeError(`TURNWISE_MUTANT: must number a mutant, got ${index}`);

/** The tests of one package with one source changed on its way to the test, never on the disk. */
export default defineConfig({
  root: join(ROOT, 'packages', mutant.package),
  test: { pool: 'forks', bail: 1, reporters: ['dot'], testTimeout: 60_000 },
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      transform(code, id) {
        if (!id.endsWith(`/packages/${mutant.package}/src/${mutant.file}`)) return null;
        if (code.split(mutant.from).length !== 2) {
          process.stderr.write(`MUTANT NOT APPLICABLE: "${mutant.from}" must occur once in ${mutant.file}\n`);
          process.exit(99);
        }
        return { code: code.replace(mutant.from, () => mutant.to), map: null };
      },
    },
  ],
});
