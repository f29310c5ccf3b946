import type { TensorFlow } from '@turnwise/accelerator';
import { describe, expect, test } from 'vitest';
import { backendOrNull } from '../../test/backends.js';
import { chooseTokens } from './choose-tokens.js';
import { narrowLogits } from './narrowing.js';

// Likeliest first: tokens 2, 0, 3, 1.
const PROBABILITIES = [0.25, 0.1, 0.5, 0.15];
const TIED = [0.3, 0.4, 0.3, 0];

interface Row {
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly allowed?: readonly number[];
}

describe.each(['cpu', 'wasm', 'native'] as const)('on %s', async (name) => {
  const backend = await backendOrNull(name);
  const tf = backend?.tf as TensorFlow;
  const on = test.skipIf(backend === null);

  const narrowingOf = ({ topK = 4, topP = 2, minP = 0, allowed = [0, 1, 2, 3] }: Row) => ({
    topK: tf.tensor2d([topK], [1, 1]),
    topP: tf.tensor2d([topP], [1, 1]),
    minP: tf.tensor2d([minP], [1, 1]),
    allowed: tf.tensor2d(
      [0, 1, 2, 3].map((id) => (allowed.includes(id) ? 1 : 0)),
      [1, 4],
    ),
  });
  const logitsOf = (probabilities: readonly number[]) =>
    tf.tensor2d(
      probabilities.map((p) => Math.log(p + 1e-30)),
      [1, 4],
    );

  on.each<[string, Row, number[]]>([
    ['nothing', {}, [0, 1, 2, 3]],
    ['the 2 likeliest', { topK: 2 }, [0, 2]],
    ['the fewest that reach .6: .5 + .25', { topP: 0.6 }, [0, 2]],
    ['the fewest that reach .4: the first alone', { topP: 0.4 }, [2]],
    ['at least .25 times .5', { minP: 0.25 }, [0, 2, 3]],
    // Of .9 the share .8 is .72: .5 + .25 reach it. Of the whole, .8 would need .15 too.
    ['the share after the count', { topK: 3, topP: 0.8 }, [0, 2]],
    ['the share alone', { topP: 0.8 }, [0, 2, 3]],
    // Without token 2: .25, .15, .1 of .5; the share .6 is .3, which .25 + .15 reach.
    ['the share of what is allowed', { topP: 0.6, allowed: [0, 1, 3] }, [0, 3]],
    ['relative to the likeliest allowed', { minP: 0.5, allowed: [0, 1, 3] }, [0, 3]],
    ['one allowed token, however unlikely', { allowed: [1] }, [1]],
  ])('keeps %s', async (_, row, expected) => {
    await backendOrNull(name);
    const narrowed = tf.tidy(() => narrowLogits(tf, logitsOf(PROBABILITIES), narrowingOf(row)).dataSync());
    expect([0, 1, 2, 3].filter((id) => (narrowed[id] as number) > -1e8)).toEqual(expected);
    for (const id of expected) expect(narrowed[id]).toBeCloseTo(Math.log(PROBABILITIES[id] as number), 5);
  });

  on('keeps what is as likely as the last one kept', async () => {
    await backendOrNull(name);
    const narrowed = tf.tidy(() => narrowLogits(tf, logitsOf(TIED), narrowingOf({ topK: 2 })).dataSync());
    expect([0, 1, 2, 3].filter((id) => (narrowed[id] as number) > -1e8)).toEqual([0, 1, 2]);
  });

  on('draws among the kept, with log-probs under both distributions', async () => {
    await backendOrNull(name);
    // Kept are tokens 0 and 2 with .25 and .5: a third and two thirds.
    const draw = (uniform: number) =>
      tf.tidy(() => {
        const choice = chooseTokens(tf, logitsOf(PROBABILITIES), {
          uniforms: tf.tensor1d([uniform]),
          inverseTemperatures: tf.ones([1, 1]),
          greedy: tf.zeros([1], 'int32'),
          narrowing: narrowingOf({ topK: 2 }),
        });
        return [choice.tokens, choice.logprobs, choice.drawnLogprobs].map((tensor) => tensor?.dataSync()[0] as number);
      });
    const expected = [
      [0, 0, 0.25, 1 / 3],
      [0.33, 0, 0.25, 1 / 3],
      [0.34, 2, 0.5, 2 / 3],
      [1 - 2 ** -23, 2, 0.5, 2 / 3],
    ] as const;
    for (const [uniform, token, probability, drawn] of expected) {
      const [id, logprob, drawnLogprob] = draw(uniform);
      expect(id).toBe(token);
      expect(logprob).toBeCloseTo(Math.log(probability), 5);
      expect(drawnLogprob).toBeCloseTo(Math.log(drawn), 5);
    }
  });

  on('a narrowing that keeps everything changes not one bit', async () => {
    await backendOrNull(name);
    const logits = tf.randomNormal([1, 4], 0, 3, 'float32', 11);
    for (const uniform of [0, 0.1, 0.5, 0.9]) {
      const inputs = {
        uniforms: tf.tensor1d([uniform]),
        inverseTemperatures: tf.tensor2d([[0.7]]),
        greedy: tf.zeros([1], 'int32'),
      };
      const read = (narrowing: object): number[][] =>
        tf.tidy(() => {
          const { tokens, logprobs } = chooseTokens(tf, logits, { ...inputs, ...narrowing });
          return [Array.from(tokens.dataSync()), Array.from(logprobs.dataSync())];
        });
      expect(read({ narrowing: narrowingOf({}) })).toEqual(read({}));
    }
  });
});
