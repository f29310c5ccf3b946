import type { SampledAction, SampleKey, SampleRequest } from '@turnwise/trajectory';

/** An action in the making. */
export interface PendingAction {
  readonly request: SampleRequest;
  /** Most tokens to sample: the request's limit, or what the context has left. */
  readonly limit: number;
  readonly tokenIds: number[];
  readonly logprobs: number[];
  readonly drawnLogprobs: number[];
  /** What `request.allowed` says of the next token; `null` for all tokens. */
  allowed: readonly number[] | null;
  /** For how many tokens of the action `request.allowed` was asked. */
  asked: number;
  readonly resolve: (action: SampledAction) => void;
  readonly reject: (error: unknown) => void;
}

/** One open sequence: all its tokens, and how many of them the cache of its row holds. */
export class Sequence {
  readonly key: SampleKey;
  readonly tokens: number[] = [];
  /** The first `fed` tokens are in the cache; always fewer than `tokens` when an action is pending. */
  fed = 0;
  pending: PendingAction | null = null;
  closed = false;

  constructor(key: SampleKey) {
    this.key = key;
  }

  /** Tokens that can be fed before the first one is sampled after the last of them. */
  get tokensAhead(): number {
    return this.pending === null ? 0 : this.tokens.length - this.fed - 1;
  }

  /** Steps that the pending action needs at most: what is to be fed first, then one per further token. */
  get stepsLeft(): number {
    return this.pending === null ? 0 : this.tokensAhead + this.pending.limit - this.pending.tokenIds.length;
  }
}

/** By update, task and sample: the order in which waiting sequences get rows. */
export function compareKeys(a: SampleKey, b: SampleKey): number {
  return a.update - b.update || a.task - b.task || a.sample - b.sample || a.seed - b.seed;
}
