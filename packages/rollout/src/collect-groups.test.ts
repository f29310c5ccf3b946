import type { Task, Trajectory } from '@turnwise/trajectory';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { plainRenderer } from '../test/plain-renderer.js';
import { type Script, scriptedSampler } from '../test/scripted-sampler.js';
import { type Answer, scriptedTools } from '../test/scripted-tools.js';
import { collectGroups, type RolloutOptions } from './collect-groups.js';
import { digest } from './digest.js';
import { sessionSeed } from './session-seed.js';

const defaults: RolloutOptions<Task> = {
  groupSize: 1,
  seed: 5,
  update: 2,
  run: 'r',
  temperature: 1,
  maxTurns: 4,
  maxTokensPerTurn: 20,
};

function task(id: string, content = 'Q?'): Task {
  return { id, family: 'f', prompt: [{ role: 'user', content }], hidden: null };
}

/** Collects, and asserts that nothing stayed open. */
async function collect(
  script: Script,
  {
    tasks = [task('t')],
    answer,
    contextLength,
    ...options
  }: Partial<RolloutOptions<Task>> & {
    tasks?: readonly Task[];
    answer?: Answer;
    contextLength?: number;
  } = {},
) {
  const sampler = scriptedSampler(script, contextLength);
  const tools = scriptedTools(answer);
  try {
    const result = await collectGroups(tasks, { sampler, renderer: plainRenderer, tools }, { ...defaults, ...options });
    const trajectories = result.groups.flatMap((group) => group.trajectories);
    return { ...result, trajectories, first: trajectories[0] as Trajectory, sampler, tools };
  } finally {
    expect(sampler.openCount()).toBe(0);
    expect(tools.openCount()).toBe(0);
  }
}

/** The actions of one trajectory, by turn. */
const acts = (...texts: string[]): Script => {
  return (_key, turn) => ({ text: texts[turn] ?? 'script ended.' });
};

function textOf({ promptTokenIds, turns }: Trajectory): string {
  return plainRenderer.decode([
    ...promptTokenIds,
    ...turns.flatMap(({ action, observation }) => [...action.tokenIds, ...(observation?.tokenIds ?? [])]),
  ]);
}

test('what narrows the sampling reaches every request', async () => {
  const truncation = { topK: 4, topP: 0.9 };
  const { sampler } = await collect(acts('echo 1;', '42.'), { truncation, groupSize: 2 });
  expect(sampler.requests.map((request) => request.truncation)).toEqual([
    truncation,
    truncation,
    truncation,
    truncation,
  ]);
  const plain = await collect(acts('42.'));
  expect(plain.sampler.requests[0]).not.toHaveProperty('truncation');
});

test('an action that a stop string ended goes on as one that a stop token ended', async () => {
  const script: Script = (key, turn, before, request) => ({
    ...(acts('echo 1;', '42.')(key, turn, before, request) as { text: string }),
    end: 'stop-string',
  });
  const { first } = await collect(script);
  expect(first).toMatchObject({ stopReason: 'answered', answer: '42' });
  expect(textOf(first)).toBe('Q?echo 1;[1]42.');
});

test('the renderer is told which action an observation answers', async () => {
  const observation = vi.spyOn(plainRenderer, 'observation');
  const { first } = await collect(acts('echo 1;', 'echo 2;', '.'));
  expect(observation.mock.calls.map(([, action]) => action)).toEqual([
    first.turns[0]?.action.message,
    first.turns[1]?.action.message,
  ]);
  observation.mockRestore();
});

describe('stop reasons', () => {
  test('answered', async () => {
    const { first, statistics } = await collect(acts('echo 1;', '42.'));
    expect(first).toMatchObject({ stopReason: 'answered', answer: '42', taskId: 't' });
    expect(textOf(first)).toBe('Q?echo 1;[1]42.');
    expect(first.turns.map(({ observation }) => observation?.message.results ?? null)).toEqual([
      [{ status: 'ok', text: '1' }],
      null,
    ]);
    expect(statistics.stopReasons.answered).toBe(1);
  });

  test('answered without an answer, where text may end by itself', async () => {
    const { first } = await collect(() => ({ text: 'bye' }));
    expect(first).toMatchObject({ stopReason: 'answered', answer: null });
  });

  test('turn-limit: the last turn is kept, its call is not executed', async () => {
    const { first, tools } = await collect(acts('echo 1;', 'echo 2;', 'echo 3;'), { maxTurns: 2 });
    expect(first.stopReason).toBe('turn-limit');
    expect(textOf(first)).toBe('Q?echo 1;[1]echo 2;');
    expect(first.turns[1]?.observation).toBeNull();
    expect(tools.calls).toEqual(['1']);
  });

  test('an answer in the last turn counts', async () => {
    expect((await collect(acts('echo 1;', '2.'), { maxTurns: 2 })).first.stopReason).toBe('answered');
  });

  test('token-limit: an action cut without a stop token', async () => {
    const { first, tools } = await collect(() => ({ text: 'echo ', end: 'max-tokens' }));
    expect(first).toMatchObject({ stopReason: 'token-limit', answer: null });
    expect(first.turns).toHaveLength(1);
    expect(tools.calls).toEqual([]);
  });

  test('context-full: the sampler says so', async () => {
    expect((await collect(() => ({ text: 'ab', end: 'context-full' }))).first.stopReason).toBe('context-full');
  });

  test('context-full: the action was cut because the context left less than maxTokensPerTurn', async () => {
    // 2 of 8 tokens are the prompt, so 6 are left, less than 20.
    const script: Script = (_key, _turn, _before, { maxTokens }) => ({
      text: 'x'.repeat(maxTokens),
      end: 'max-tokens',
    });
    const { first, sampler } = await collect(script, { contextLength: 8 });
    expect(sampler.requests.map(({ maxTokens }) => maxTokens)).toEqual([6]);
    expect(first.stopReason).toBe('context-full');
  });

  test('context-full: an observation needs room for one token after it', async () => {
    // Prompt 2, action 7, observation 3: 12 tokens leave room for one more only in a context of 13.
    const script = acts('echo 1;', '.');
    const full = (await collect(script, { contextLength: 12 })).first;
    expect(full.stopReason).toBe('context-full');
    expect(full.turns.map(({ observation }) => observation)).toEqual([null]);
    const { first, sampler } = await collect(script, { contextLength: 13 });
    expect(first.stopReason).toBe('answered');
    expect(sampler.requests.map(({ maxTokens }) => maxTokens)).toEqual([11, 1]);
  });

  test('tool-budget: valid calls count, invalid ones do not', async () => {
    const script = acts('echo 1;', 'nope 1;', 'echo 2;', 'echo 3;');
    const { first, tools } = await collect(script, { maxToolCalls: 2, maxTurns: 9 });
    expect(first.stopReason).toBe('tool-budget');
    expect(first.turns).toHaveLength(4);
    expect(first.turns[3]?.observation).toBeNull();
    expect(tools.calls).toEqual(['1', '2']);
  });

  test('aborted before the first action', async () => {
    const { first, sampler } = await collect(acts('1.'), { signal: AbortSignal.abort() });
    expect(first).toMatchObject({ stopReason: 'aborted', turns: [], answer: null });
    expect(sampler.requests).toEqual([]);
  });

  test('aborted while a tool runs; the tool is told', async () => {
    const controller = new AbortController();
    const { first } = await collect(acts('echo 1;', '2.'), {
      signal: controller.signal,
      answer: async (text, { signal }) => {
        const told = new Promise((resolve) => signal?.addEventListener('abort', resolve));
        controller.abort();
        await told;
        return { status: 'infrastructure-failure', text };
      },
    });
    expect(first).toMatchObject({ stopReason: 'aborted', answer: null });
    expect(first.turns.map(({ observation }) => observation)).toEqual([null]);
  });

  test("leaves nothing on the caller's signal, which outlives many collections", async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
      listeners += 1;
      addEventListener.apply(signal, given);
    };
    signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
      listeners -= 1;
      removeEventListener.apply(signal, given);
    };
    // A signal made of the caller's by `any` would be held by it for as long as that one has listeners.
    const any = vi.spyOn(AbortSignal, 'any');
    await collect(acts('echo 1;', '1.'), { signal });
    await expect(collect(() => ({ text: '' }), { signal })).rejects.toThrow('an action must have tokens');
    expect(listeners).toBe(0);
    expect(any).not.toHaveBeenCalled();
    any.mockRestore();
  });

  test('aborted while an action is sampled: nobody waits for it', async () => {
    // Sample 0 never asks again: it aborts in its tool, while sample 1 waits for its second action.
    const controller = new AbortController();
    const { trajectories } = await collect(acts('echo 1;', '2.'), {
      groupSize: 2,
      signal: controller.signal,
      answer: async (text, { index }) => {
        if (index === 1) return { status: 'ok', text };
        await new Promise((resolve) => setTimeout(resolve, 5));
        controller.abort();
        return { status: 'ok', text };
      },
    });
    expect(trajectories.map(({ stopReason }) => stopReason)).toEqual(['aborted', 'aborted']);
    expect(trajectories.map(({ turns }) => turns.map(({ observation }) => observation !== null))).toEqual([
      [false],
      [true],
    ]);
  });

  test('infrastructure-failure: again with the same key, then marked', async () => {
    const answer: Answer = () => ({ status: 'infrastructure-failure', text: 'host died' });
    const { first, sampler, tools, statistics } = await collect(acts('echo 1;', '2.'), { answer });
    expect(first).toMatchObject({ stopReason: 'infrastructure-failure', answer: null });
    expect(first.turns.map(({ observation }) => observation)).toEqual([null]);
    const key = { seed: 5, update: 2, task: 0, sample: 0 };
    expect(sampler.keys).toEqual([key, key]);
    expect(new Set(tools.seeds)).toEqual(new Set([sessionSeed(key)]));
    expect(statistics).toMatchObject({ retries: 1, trajectories: 1, turns: 2 });
    expect(statistics.toolResults['infrastructure-failure']).toBe(2);
  });

  test('an infrastructure failure that does not come back leaves no trace in the trajectory', async () => {
    const failing: Answer = (text, { index }) =>
      index === 0 ? { status: 'infrastructure-failure', text } : { status: 'ok', text };
    const retried = await collect(acts('echo 1;', '2.'), { answer: failing });
    const plain = await collect(acts('echo 1;', '2.'));
    expect(retried.groups).toEqual(plain.groups);
    expect(retried.statistics.retries).toBe(1);
    expect(plain.statistics.retries).toBe(0);
  });
});

describe('what a trajectory holds', () => {
  test('an invalid call is an observation, and the trajectory goes on', async () => {
    const { first, statistics } = await collect(acts('nope 1;', '2.'));
    expect(textOf(first)).toBe('Q?nope 1;[!unknown]2.');
    expect(first.turns[0]?.observation?.message.results).toEqual([{ status: 'error', text: 'unknown' }]);
    expect(first.stopReason).toBe('answered');
    expect(statistics.invalidCalls).toEqual({ unparsable: 0, 'unknown-tool': 1, 'invalid-arguments': 0 });
  });

  test('a mistake of the model, such as a timeout, is read, not thrown', async () => {
    const { first, statistics } = await collect(acts('echo 1;', '2.'), {
      answer: () => ({ status: 'timeout', text: 'slow' }),
    });
    expect(textOf(first)).toBe('Q?echo 1;[!slow]2.');
    expect(statistics.toolResults).toMatchObject({ ok: 0, timeout: 1 });
  });

  test('several calls of an action run in order, and share a session', async () => {
    const answer: Answer = async (text, { memory }) => {
      if (text === 'a') await new Promise((resolve) => setTimeout(resolve, 5));
      memory.push(text);
      return { status: 'ok', text: memory.join('') };
    };
    const { first, tools } = await collect(acts('echo a;nope;echo b;', 'echo c;', '.'), { answer });
    expect(textOf(first)).toBe('Q?echo a;nope;echo b;[a][!unknown][ab]echo c;[abc].');
    expect(tools.seeds).toHaveLength(1);
  });

  test('the state key is a digest of the ok results before the action', async () => {
    const answer: Answer = (text) => ({ status: text === 'bad' ? 'error' : 'ok', text });
    const { first } = await collect(acts('echo bad;', 'echo 1;', 'echo 2;', '.'), { answer });
    const none = digest('');
    const one = digest(`${none}1`);
    expect(first.turns.map(({ stateKey }) => stateKey)).toEqual([none, none, one, digest(`${one}2`)]);
  });

  test('behaviour log-probabilities and policy version are those that were sampled', async () => {
    const { first } = await collect(acts('ab.'));
    expect(first.turns[0]?.action).toMatchObject({
      tokenIds: [97, 98, 46],
      behaviourLogprobs: [-0.125, -0.25, -0.375],
      policyVersion: 3,
    });
  });

  test('slots and keys', async () => {
    const { groups, sampler, trajectories } = await collect(acts('.'), {
      tasks: [task('a'), task('b')],
      groupSize: 2,
      taskOrdinals: [7, 4],
    });
    expect(groups.map((group) => [group.task.id, group.trajectories.length])).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
    expect(trajectories.map(({ slot }) => slot)).toEqual([
      { run: 'r', task: 7, sample: 0 },
      { run: 'r', task: 7, sample: 1 },
      { run: 'r', task: 4, sample: 0 },
      { run: 'r', task: 4, sample: 1 },
    ]);
    expect(sampler.keys[3]).toEqual({ seed: 5, update: 2, task: 4, sample: 1 });
  });
});

describe('errors of ours', () => {
  test('the sampler fails in one trajectory: the others end, then the collection rejects', async () => {
    const ended: string[] = [];
    const script: Script = (key, turn) => {
      if (key.sample === 1 && turn === 1) return new Error('device lost');
      return { text: 'echo 1;' };
    };
    const running = collect(script, {
      groupSize: 3,
      onTrajectory: ({ slot, stopReason }) => ended.push(`${slot.sample} ${stopReason}`),
    });
    await expect(running).rejects.toThrow('device lost');
    expect(ended.toSorted()).toEqual(['0 aborted', '2 aborted']);
  });

  test('a tool that throws', async () => {
    const answer: Answer = (text) => {
      if (text === '1') throw new Error('bug in the tool');
      return { status: 'ok', text };
    };
    const script: Script = (key) => ({ text: `echo ${key.sample};` });
    await expect(collect(script, { groupSize: 4, answer })).rejects.toThrow('bug in the tool');
  });

  test('a sequence that cannot be opened closes those that were', async () => {
    const sampler = scriptedSampler(acts('.'));
    const parts = {
      renderer: plainRenderer,
      tools: scriptedTools(),
      sampler: {
        ...sampler,
        open: (key: Parameters<typeof sampler.open>[0]) => {
          if (key.sample === 2) throw new Error('no place');
          return sampler.open(key);
        },
      },
    };
    await expect(collectGroups([task('t')], parts, { ...defaults, groupSize: 3 })).rejects.toThrow('no place');
    expect(sampler.openCount()).toBe(0);
  });

  test('an action without tokens', async () => {
    await expect(collect(() => ({ text: '' }))).rejects.toThrow(
      new RangeError('collectTrajectory: an action must have tokens and as many log-probabilities, got 0 and 0'),
    );
  });

  test.each([
    [{ groupSize: 0 }, 'groupSize must be an integer of at least 1, got 0'],
    [{ maxTurns: 1.5 }, 'maxTurns must be an integer of at least 1, got 1.5'],
    [{ maxTokensPerTurn: 0 }, 'maxTokensPerTurn must be an integer of at least 1, got 0'],
    [{ temperature: -1 }, 'temperature must be finite and at least 0, got -1'],
    [{ maxToolCalls: Number.NaN }, 'maxToolCalls must be at least 0, got NaN'],
    [{ taskOrdinals: [1, 2] }, 'taskOrdinals must be as many as tasks, got 2 and 1'],
    [{ tasks: [task('a'), task('b')], taskOrdinals: [1, 1] }, 'taskOrdinals must be distinct, got 1, 1'],
    [{ contextLength: 2 }, 'the prompt of task t must have 1 to 1 tokens, got 2'],
    [{ tasks: [task('t', '')] }, 'the prompt of task t must have 1 to 999 tokens, got 0'],
  ])('%o', async (options, message) => {
    await expect(collect(acts('.'), options)).rejects.toThrow(new RangeError(`collectGroups: ${message}`));
  });
});

describe('all at once', () => {
  test('every sequence is open before the first action, and what is ready is sampled together', async () => {
    const { sampler } = await collect(acts('echo 1;', '.'), { tasks: [task('a'), task('b')], groupSize: 3 });
    expect(sampler.advances).toEqual([6, 6]);
  });

  test('no tasks, no groups', async () => {
    const { groups, statistics } = await collect(acts('.'), { tasks: [] });
    expect(groups).toEqual([]);
    expect(statistics).toMatchObject({ trajectories: 0, turns: 0 });
  });

  test('property: the groups depend on the keys and never on how long a tool took', async () => {
    const script: Script = (key, turn, before) => {
      const choice = Number.parseInt(digest(`${key.seed}${key.task}${key.sample}${turn}${before}`).slice(12), 16) % 8;
      return choice < 5 ? { text: `echo ${choice};` } : choice < 7 ? { text: 'nope;' } : { text: `${choice}.` };
    };
    const options = { tasks: [task('a'), task('b', 'R?')], groupSize: 4, maxTurns: 6 };
    const answer: Answer = (text, { memory }) => ({ status: 'ok', text: `${text}${memory.push(text)}` });
    const expected = await collect(script, { ...options, answer });
    expect(new Set(expected.trajectories.map(textOf)).size).toBeGreaterThan(4);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 1, maxLength: 20 }), async (delays) => {
        let calls = 0;
        const slow: Answer = async (text, session) => {
          const delay = delays[calls++ % delays.length] ?? 0;
          if (delay >= 0) await new Promise((resolve) => setTimeout(resolve, delay));
          return answer(text, session);
        };
        const { groups, sampler } = await collect(script, { ...options, answer: slow });
        expect(groups).toEqual(expected.groups);
        expect(sampler.advances).toEqual(expected.sampler.advances);
      }),
      { numRuns: 15 },
    );
  });

  test('property: each request brings exactly the tokens since the last action', async () => {
    const action = fc.constantFrom('echo a;', 'nope;', 'echo b;echo c;', 'x.', 'y');
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 4 }), async (texts) => {
        let written = '';
        const script: Script = (_key, turn, before) => {
          const text = texts[turn] ?? 'end.';
          written = before + text;
          return { text };
        };
        const { first } = await collect(script, { maxTurns: 9 });
        expect(textOf(first)).toBe(written);
      }),
      { numRuns: 30 },
    );
  });
});

test('statistics', async () => {
  // A clock that moves 1 second per look. Start 0; sampling 1-2; tool 3-4; sampling 5-6; end 7.
  let time = 0;
  const { statistics } = await collect(acts('echo 1;', '4.'), { now: () => time++ * 1000 });
  expect(statistics).toMatchObject({
    trajectories: 1,
    turns: 2,
    sampledTokens: 9,
    retries: 0,
    samplingSeconds: 2,
    toolSeconds: 1,
    wallSeconds: 7,
  });
});

test('onTrajectory is told once per trajectory, with its task', async () => {
  const told: string[] = [];
  await collect(acts('.'), {
    tasks: [task('a'), task('b')],
    groupSize: 2,
    onTrajectory: ({ slot }, { id }) => told.push(`${id}${slot.sample}`),
  });
  expect(told.toSorted()).toEqual(['a0', 'a1', 'b0', 'b1']);
});
