import type { LossInputs, LossOps, LossTerms, PolicyLoss } from './policy-loss.js';

/**
 * What is added to the loss of every action token beside the policy loss. It is written once, as a `PolicyLoss` is, and
 * aggregated with the loss's own weights. `needs` names the one input, beside the policy's log-probabilities, that it
 * reads; the learner provides it. Its `loss` holds its coefficient, its metrics do not.
 */
export type Regularizer = EntropyRegularizer | ReferenceRegularizer;

/** A regularizer that reads the entropy of the distribution that a token was drawn from. */
export interface EntropyRegularizer {
  readonly name: string;
  readonly needs: 'entropies';
  /** What is added to the loss of every token. */
  terms<V>(
    ops: LossOps<V>,
    inputs: Pick<RegularizedInputs<V>, 'policyLogprobs'> & { readonly entropies: V },
  ): LossTerms<V>;
}

/** A regularizer that reads the log-probabilities of a frozen policy. */
export interface ReferenceRegularizer {
  readonly name: string;
  readonly needs: 'referenceLogprobs';
  /** What is added to the loss of every token. */
  terms<V>(
    ops: LossOps<V>,
    inputs: Pick<RegularizedInputs<V>, 'policyLogprobs'> & { readonly referenceLogprobs: V },
  ): LossTerms<V>;
}

/** What a loss and its regularizers read. */
export interface RegularizedInputs<V> extends LossInputs<V> {
  /** In nats, of the distribution that each token was drawn from. Differentiable. */
  readonly entropies?: V;
  /** Of the tokens, by a frozen policy at the same temperature. Not differentiable. */
  readonly referenceLogprobs?: V;
}

/**
 * The loss with its regularizers, per token: what both interpreters evaluate. Metrics of all of them stand side by side.
 *
 * @throws RangeError naming the input that a regularizer needs and that is missing.
 */
export function regularizedTerms<V>(
  ops: LossOps<V>,
  loss: PolicyLoss,
  regularizers: readonly Regularizer[],
  inputs: RegularizedInputs<V>,
): LossTerms<V> {
  return regularizers.reduce(
    (terms, regularizer) => {
      const own = termsOf(ops, regularizer, inputs);
      return { loss: ops.add(terms.loss, own.loss), metrics: { ...terms.metrics, ...own.metrics } };
    },
    loss.terms(ops, inputs),
  );
}

function termsOf<V>(ops: LossOps<V>, regularizer: Regularizer, inputs: RegularizedInputs<V>): LossTerms<V> {
  const { policyLogprobs } = inputs;
  switch (regularizer.needs) {
    case 'entropies':
      return regularizer.terms(ops, { policyLogprobs, entropies: given(regularizer, inputs.entropies) });
    case 'referenceLogprobs':
      return regularizer.terms(ops, {
        policyLogprobs,
        referenceLogprobs: given(regularizer, inputs.referenceLogprobs),
      });
  }
}

function given<V>({ name, needs }: Regularizer, value: V | undefined): V {
  if (value === undefined) throw new RangeError(`${needs}: must be given, since "${name}" is a regularizer, got none`);
  return value;
}
