import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import { after } from '../model/after.js';
import { type Choice, type ChoiceInputs, chooseTokens } from './choose-tokens.js';

/** Logits of so many elements, 16 MB, are computed at once. */
const BLOCK_ELEMENTS = 2 ** 22;

/**
 * `chooseTokens` for hidden states instead of logits, which are computed for some rows after the others: for large
 * vocabularies those of all rows never exist at once.
 *
 * @param hidden `[rows, hiddenSize]`
 * @param logitsOf some rows of it to their logits
 */
export function chooseInBlocks(
  tf: TensorFlow,
  hidden: Tensor,
  vocabulary: number,
  logitsOf: (hidden: Tensor) => Tensor,
  inputs: ChoiceInputs,
  blockElements = BLOCK_ELEMENTS,
): Choice {
  const [rows, width] = hidden.shape as [number, number];
  const size = Math.max(1, Math.floor(blockElements / vocabulary));
  if (rows <= size) return chooseTokens(tf, logitsOf(hidden), inputs);
  const choices: Choice[] = [];
  for (let from = 0; from < rows; from += size) {
    const count = Math.min(size, rows - from);
    const cut = (x: Tensor): Tensor => tf.slice(x, from, count);
    const before = choices.at(-1);
    const part = tf.slice(hidden, [from, 0], [count, width]);
    // One block after the other: side by side they would need the memory of all.
    const given = before === undefined ? part : after(tf, part, tf.reshape(before.logprobs, [-1, 1]));
    choices.push(chooseTokens(tf, logitsOf(given), cutInputs(inputs, cut)));
  }
  const joined = (of: (choice: Choice) => Tensor): Tensor => tf.concat(choices.map(of), 0);
  return {
    tokens: joined(({ tokens }) => tokens),
    logprobs: joined(({ logprobs }) => logprobs),
    ...(inputs.narrowing === undefined ? {} : { drawnLogprobs: joined((choice) => choice.drawnLogprobs as Tensor) }),
  };
}

function cutInputs(inputs: ChoiceInputs, cut: (x: Tensor) => Tensor): ChoiceInputs {
  const { uniforms, inverseTemperatures, greedy, narrowing } = inputs;
  const plain = { uniforms: cut(uniforms), inverseTemperatures: cut(inverseTemperatures), greedy: cut(greedy) };
  if (narrowing === undefined) return plain;
  const { topK, topP, minP, allowed } = narrowing;
  return { ...plain, narrowing: { topK: cut(topK), topP: cut(topP), minP: cut(minP), allowed: cut(allowed) } };
}
