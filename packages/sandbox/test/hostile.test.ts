import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CaseJudge,
  type DecidedCase,
  type HostileCase,
  hostileCases,
  type Outcome,
  supervisorBounds,
} from '../src/attack/index.js';
import { decide } from './decided-outcomes.js';

const given = (
  JSON.parse(readFileSync(new URL('./data/hostile-cases.json', import.meta.url), 'utf8')) as readonly HostileCase[]
).map(decide);

// A case may have to wait for a new child, whose start takes long on a busy machine: the margin here is that of a slow one.
const options = { limitMs: 300, marginMs: 8000 };

describe.each([
  ['given', given],
  ['own', hostileCases],
] as const)('hostile input, %s', (_, cases: readonly DecidedCase[]) => {
  let judge: CaseJudge;
  let killed = 0;
  beforeAll(async () => {
    judge = await CaseJudge.open(options);
  });
  afterAll(() => judge[Symbol.asyncDispose]());

  // Twice the margin and two starts of a child: one that is late is judged once more.
  test.each(cases)('$category: $name', { timeout: 60_000 }, async (one) => {
    const { outcome, text, faults } = await judge.judge(one);
    expect(faults).toEqual([]);
    // A machine so busy that code gets no processor time is no fault of the wall; then the outcome says so.
    const right: readonly Outcome[] = [...one.outcomes, 'killed'];
    expect(right).toContain(outcome);
    if (outcome === 'killed' && !one.outcomes.includes('killed')) killed++;
    if (one.text !== undefined && outcome !== 'killed') expect(text).toBe(one.text);
    expect(text.length).toBeLessThan(20_000);
  });

  test('the supervisor is well', () => {
    // Its memory is that of the test runner too, and its lag that of a busy machine: both are held by sandbox:hostile.
    expect(judge.report().rssMb).toBeLessThan(4 * supervisorBounds.rssMb);
    expect(killed, 'cases that got no processor time').toBeLessThanOrEqual(cases.length / 20);
    expect(judge.report().verdicts).toHaveLength(cases.length);
  });
});
