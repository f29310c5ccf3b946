import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sameNamePage } from '../../scripts/docs/same-name-page.mjs';

test('docs/same-name-different-numbers.md is what the code computes (npm run docs writes it)', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/same-name-different-numbers.md'), 'utf8');
  expect(page).toBe(sameNamePage());
});

test('the page has the numbers that other projects publish', () => {
  const page = sameNamePage();
  // Of verl, TRL, rLLM, NeMo-RL, Dr. GRPO for rewards 1, 0, .35; of verl, SkyRL and slime for the returns.
  for (const numbers of [
    '1.0839, -0.8868, -0.1971',
    '1.0836, -0.8866, -0.197 ',
    '1.3275, -1.0861, -0.2414',
    '3.3335, -1.4686, -0.2121',
    '0.55, -0.45, -0.1',
    '0.729, 0.81, 0, 0.9, 1, 0',
    '0, 0, 0.81, 0.9, 1, 0',
    '0.6561, 0.729, 0.81, 0.9, 1, 0',
  ]) {
    expect(page).toContain(numbers);
  }
});
