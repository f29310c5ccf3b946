import type { Task, ToolDefinition } from '@turnwise/trajectory';
import { trajectoryCode } from './call-code.js';
import { codeEmbedding } from './code-embedding.js';
import { cosineSimilarity } from './cosine-similarity.js';
import type { Embedding } from './embedding.js';
import type { RewardPart } from './reward-part.js';
import type { ScoredGroup } from './scored-group.js';

/** Options of `shapingPart`. */
export interface ShapingOptions<T extends Task> {
  /** The tools of a task: they say which argument of a call is code. */
  readonly definitions: (task: T) => readonly ToolDefinition[];
  /** Greatest shaped reward, in [0, 1]. */
  readonly alpha?: number;
  readonly embedding?: Embedding;
}

/**
 * Self-supervised reward shaping: a failure earns up to `alpha` by how much its code resembles that of the successes of
 * its own group. GTPO, arXiv 2511.14846, Section 3.4. With P the correct trajectories of the group that have code:
 *
 *     r[i, last] = alpha * mean over p in P of max(0, cos(e(C_i), e(C_p)))        for i incorrect
 *
 * `C` is the code of all turns (`trajectoryCode`), `e` the embedding; a success whose embedding is the zero vector
 * counts as one without code. Edge cases: no success, or none with code: no shaping; a failure without code: 0. A shaped
 * reward stays in [0, alpha], below that of any success.
 *
 * Metrics: `shaping_share`, failures with a shaped reward above 0 of all failures; `shaping_similarity`, the mean
 * similarity of those.
 *
 * @throws RangeError for an alpha outside [0, 1]; the part throws it when the embedding breaks its contract.
 */
export function shapingPart<T extends Task>({
  definitions,
  alpha = 0.5,
  embedding = codeEmbedding(),
}: ShapingOptions<T>): RewardPart<T> {
  if (!(alpha >= 0 && alpha <= 1)) throw new RangeError(`alpha: must be in [0, 1], got ${alpha}`);
  return async (scored) => {
    const similarities = await similarityToSuccesses(scored, definitions(scored.group.task), embedding);
    const values = new Float64Array(scored.turnSplits[scored.group.trajectories.length] as number);
    const share = { sum: 0, count: 0 };
    const similarity = { sum: 0, count: 0 };
    similarities.forEach((value, i) => {
      if (scored.included[i] === 0 || scored.outcomes[i] !== 0) return;
      values[(scored.turnSplits[i + 1] as number) - 1] = alpha * value;
      share.count += 1;
      if (value === 0) return;
      share.sum += 1;
      similarity.sum += value;
      similarity.count += 1;
    });
    return { values, metrics: { shaping_share: share, shaping_similarity: similarity } };
  };
}

/** `[trajectories]`: mean similarity of each failure to the successes with code, 0 where there is none. */
async function similarityToSuccesses(
  { group, outcomes, included }: ScoredGroup,
  definitions: readonly ToolDefinition[],
  embedding: Embedding,
): Promise<Float64Array> {
  const similarities = new Float64Array(group.trajectories.length);
  const codes = group.trajectories.map((trajectory, i) =>
    included[i] === 1 ? trajectoryCode(trajectory, definitions) : '',
  );
  const positives = codes.filter((code, i) => code !== '' && outcomes[i] === 1);
  const negatives = codes.flatMap((code, i) => (code !== '' && outcomes[i] === 0 ? [i] : []));
  if (positives.length === 0 || negatives.length === 0) return similarities;
  const vectors = await embedDistinct([...positives, ...negatives.map((i) => codes[i] as string)], embedding);
  const vectorOf = (code: string | undefined) => vectors.get(code ?? '') as ArrayLike<number>;
  const targets = positives.map(vectorOf).filter((vector) => !isZero(vector));
  for (const i of negatives) {
    const own = vectorOf(codes[i]);
    const sum = targets.reduce((total, target) => total + Math.max(0, cosineSimilarity(own, target)), 0);
    similarities[i] = targets.length === 0 ? 0 : sum / targets.length;
  }
  return similarities;
}

/** A zero vector is the embedding's way to say that the code holds nothing, such as only comments. */
function isZero(vector: ArrayLike<number>): boolean {
  return Array.prototype.every.call(vector, (value) => value === 0);
}

/** Each distinct code is embedded once. */
async function embedDistinct(codes: readonly string[], embedding: Embedding) {
  const distinct = [...new Set(codes)];
  const vectors = await embedding(distinct);
  if (vectors.length !== distinct.length) {
    throw new RangeError(`embedding: must return ${distinct.length} vectors, got ${vectors.length}`);
  }
  return new Map(distinct.map((code, i) => [code, vectors[i] as ArrayLike<number>]));
}
