import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MUTANTS } from '../../scripts/mutation/mutants.mjs';

test.each(MUTANTS)('the mutant "$name" can still be made: its place occurs once', (mutant) => {
  const path = join(import.meta.dirname, '../../packages', mutant.package, 'src', mutant.file);
  expect(readFileSync(path, 'utf8').split(mutant.from)).toHaveLength(2);
  expect(mutant.to).not.toBe(mutant.from);
});
