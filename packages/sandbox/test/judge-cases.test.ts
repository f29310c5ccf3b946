import { expect, test } from 'vitest';
import { CaseJudge } from '../src/attack/index.js';

const one = { category: 'escape', name: 'sum', code: '1 + 1' };

test('a case that is late is judged once more, and is a fault if it is late again', async () => {
  // 300 - 300 = 0 ms: everything is late.
  await using judge = await CaseJudge.open({ limitMs: 300, marginMs: -300 });
  const { outcome, faults, firstMs } = await judge.judge(one);
  expect(outcome).toBe('ok');
  expect(faults).toEqual([expect.stringMatching(/^took \d+ ms$/)]);
  expect(firstMs).toBeGreaterThan(0);
  expect(judge.report().verdicts).toHaveLength(1);
});

test('a case in time is judged once', async () => {
  await using judge = await CaseJudge.open({ limitMs: 300, marginMs: 8000 });
  expect(await judge.judge(one)).not.toHaveProperty('firstMs');
});
