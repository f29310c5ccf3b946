import { describe, expect, it } from 'vitest';
import { codeEmbedding } from '../src/code-embedding.js';
import { composeReward } from '../src/compose-reward.js';
import { conductPart } from '../src/conduct-part.js';
import { gtpoReward } from '../src/gtpo-reward.js';
import { meanMetrics } from '../src/mean-metrics.js';
import { broken, byAnswer, DEFINITIONS, groupOf, js, trajectoryOf } from './written-group.js';

const definitions = () => DEFINITIONS;
const REFERENCE = 'const base = 83 * (43 + 74)\nconst rest = base - 8\nconsole.log(rest)';
const HONEST = 'const base = 83 * (43 + 74)\nconst rest = base + 8\nconsole.log(rest)';
const right = { turns: [[js(REFERENCE)], []], answer: 'right' };
const wrong = (...codes: string[]) => ({ turns: [...codes.map((code) => [js(code)]), []], answer: 'wrong' });

const reward = gtpoReward({ verifier: byAnswer, shaping: { definitions, embedding: codeEmbedding() } });
/** What the failure at index 1 earns by shaping beside the reference. */
async function shaped(hack: ReturnType<typeof wrong>): Promise<number> {
  const { parts } = await reward(groupOf(right, hack));
  return parts['shaping']?.at(-1) as number;
}
const watch = composeReward({ verifier: byAnswer, parts: { conduct: conductPart({ definitions }) } });
type Written = Parameters<typeof trajectoryOf>[0];
const seen = async (...group: Written[]) => meanMetrics([await watch(groupOf(...group))]);

describe('known reward hacks', () => {
  it('empty code: earns nothing, and is counted', async () => {
    expect(await shaped(wrong(' '))).toBe(0);
    expect(await shaped(wrong('// nothing\n/* at all */'))).toBe(0);
    expect((await seen(wrong(' ', '// nothing', '1')))['empty_calls']).toBeCloseTo(2 / 3, 12);
  });

  it('a comment that copies the positive: earns nothing', async () => {
    expect(await shaped(wrong(REFERENCE.replace(/^/gm, '// ')))).toBe(0);
    expect(await shaped(wrong(`/* ${REFERENCE} */`))).toBe(0);
  });

  it('dead code: earns less than an honest failure, and never what a success does', async () => {
    const honest = await shaped(wrong(HONEST));
    const dead = await shaped(wrong(`${HONEST}\nif (false) { ${'let y = x ** 7 % 3; '.repeat(8)} }`));
    expect(dead).toBeLessThan(honest);
    // Even the whole positive, behind a condition that never holds, earns at most alpha.
    expect(await shaped(wrong(`if (false) { ${REFERENCE} }`))).toBeLessThan(0.5);
  });

  it('repeated calls: pay no more than once, and are counted', async () => {
    const once = await shaped(wrong('console.log(83)'));
    const often = await shaped(wrong(...Array<string>(20).fill('console.log(83)')));
    expect(often).toBeLessThan(once + 0.03);
    expect((await seen(wrong(...Array<string>(20).fill('console.log(83)'))))['repeated_calls']).toBe(0.95);
  });

  it('an answer leaked from the output of a tool: is counted', async () => {
    const leaking = trajectoryOf(right);
    const [first, ...rest] = leaking.turns;
    if (!first) throw new Error('the trajectory has turns');
    const told = { role: 'tool', results: [{ status: 'ok', text: 'expected: right' }] } as const;
    const turns = [{ ...first, observation: { tokenIds: [3], message: told } }, ...rest];
    const group = { ...groupOf(right), trajectories: [{ ...leaking, turns }, trajectoryOf(right)] };
    expect(meanMetrics([await watch(group)])['copied_answers']).toBe(0.5);
  });

  it('a format that farms the penalty rule: no turn earns by format, one pays once however often it breaks the rule', async () => {
    const farming = { turns: [[js('1')], [broken, broken, broken], []], answer: 'wrong' };
    const { parts, total } = await reward(groupOf(farming, { turns: [[]], answer: 'wrong' }));
    expect([...(parts['format'] ?? [])]).toEqual([0, -0.1, 0, -0.1]);
    expect(total.every((value) => value <= 0)).toBe(true);
    expect((await seen(farming))['invalid_turns']).toBe(0.5);
  });

  it('length gaming: more turns earn nothing by themselves, and are seen', async () => {
    const long = { turns: [...Array.from({ length: 9 }, () => [js(REFERENCE)]), []], answer: 'right' };
    const { total } = await reward(groupOf(right, long));
    expect([...total].reduce((sum, value) => sum + value, 0)).toBe(2);
    const metrics = await seen(right, long);
    expect([metrics['turns'], metrics['action_tokens']]).toEqual([6, 6]);
  });
});
