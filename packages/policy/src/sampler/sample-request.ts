import type { SampleRequest } from '@turnwise/trajectory';

/** Below it logits would outgrow what excludes a token. */
const LEAST_TEMPERATURE = 1e-4;

/** Whether tokens are drawn from less than the whole distribution. */
export function isNarrowed({ truncation, allowed }: SampleRequest): boolean {
  return allowed !== undefined || Object.values(truncation ?? {}).some((value) => value !== undefined);
}

/**
 * What the request's `allowed` says after the action so far; `null` without one.
 *
 * @throws what `allowed` throws, and a `RangeError` for no token or one that is not in the vocabulary.
 */
export function allowedNext(
  { allowed }: SampleRequest,
  tokenIds: readonly number[],
  vocabulary: number,
): readonly number[] | null {
  const ids = allowed?.([...tokenIds]) ?? null;
  if (ids?.length === 0) throw new RangeError('allowed: at least one token id or null, got none');
  const wrong = ids?.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabulary);
  if (wrong !== undefined) throw new RangeError(`allowed: token ids in [0, ${vocabulary}), got ${wrong}`);
  return ids;
}

/** Throws a `RangeError` for a request that cannot be sampled. */
export function checkRequest(request: SampleRequest, vocabulary: number, decodes: boolean): void {
  const { newTokenIds, maxTokens, temperature, turn, stopStrings = [], truncation = {} } = request;
  if (newTokenIds.length === 0) throw new RangeError('newTokenIds: at least one token, got none');
  for (const id of newTokenIds) {
    if (!Number.isInteger(id) || id < 0 || id >= vocabulary)
      throw new RangeError(`newTokenIds: token ids in [0, ${vocabulary}), got ${id}`);
  }
  if (!Number.isInteger(maxTokens) || maxTokens < 1)
    throw new RangeError(`maxTokens: an integer of at least 1, got ${maxTokens}`);
  if (temperature !== 0 && !(temperature >= LEAST_TEMPERATURE && Number.isFinite(temperature)))
    throw new RangeError(`temperature: 0, or a finite number of at least ${LEAST_TEMPERATURE}, got ${temperature}`);
  if (!Number.isInteger(turn) || turn < 0) throw new RangeError(`turn: an integer of at least 0, got ${turn}`);
  if (stopStrings.includes('')) throw new RangeError('stopStrings: no empty text, got one');
  if (stopStrings.length > 0 && !decodes)
    throw new RangeError(`stopStrings: need a sampler with the option decode, got ${JSON.stringify(stopStrings)}`);
  const { topK = 1, topP = 1, minP = 0 } = truncation;
  if (!Number.isInteger(topK) || topK < 1) throw new RangeError(`topK: an integer of at least 1, got ${topK}`);
  if (!(topP > 0 && topP <= 1)) throw new RangeError(`topP: a number in (0, 1], got ${topP}`);
  if (!(minP >= 0 && minP <= 1)) throw new RangeError(`minP: a number in [0, 1], got ${minP}`);
}
