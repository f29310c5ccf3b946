import { nativeBackend } from '@turnwise/accelerator';
import type { SampledAction, SampleKey, SampleRequest, Sampler, SequenceSampler } from '@turnwise/trajectory';
import { checkSampleKey } from '../random/token-uniform.js';
import type { WeightStore } from '../weight-store.js';
import { arrange, sizesOf } from './arrange-rows.js';
import { type DecodeResult, Decoder } from './decoder.js';
import { divides } from './model-part.js';
import { planPrefill, planRun } from './plan-run.js';
import { allowedNext, checkRequest, isNarrowed } from './sample-request.js';
import { compareKeys, type PendingAction, Sequence } from './sequence.js';

export interface SamplerOptions {
  /** Sequences decoded side by side. Default 64; 8 on a backend without graphs. */
  readonly rows?: number;
  /** Independent parts of the rows, computed in parallel. Default 2 on the native backend, else 1. */
  readonly shards?: number;
  /**
   * Parts of the model that are computed in parallel, each with its share of the heads and inner features. Default 1.
   * Divides the key-value heads and the inner features.
   */
  readonly parts?: number;
  /** Most tokens per row and run; a run has fewer while actions are young. Default 32. */
  readonly stepsPerRun?: number;
  /**
   * Whether a second copy of the weights is held in which norms, rotation and adapters are folded into the matrices, which
   * is faster. Default up to 50 million parameters.
   */
  readonly folded?: boolean;
  /** The text of tokens; requests with `stopStrings` need it. */
  readonly decode?: (tokenIds: readonly number[]) => string;
}

/**
 * Samples many sequences at once with a key-value cache: continuous batching.
 *
 * An open sequence waits for a row; free rows are given to waiting sequences in the order of their keys, and kept until
 * `close`. When less than half of the rows are in use, the others are no longer computed. What was written since the
 * last action is fed many tokens at once where that is faster. A run of the decoder happens only when every sequence
 * that has a row has asked for an action, so which tokens are computed together depends on tokens alone. Open all
 * sequences of a batch before awaiting the first action: then nothing at all depends on time.
 *
 * A sequence's random numbers are named by the key, the turn and the token, whatever its row, its shard and its
 * neighbours; its tokens are the same up to rounding, which those decide. An action that is rejected closes its
 * sequence. When the weights change between two actions, the cache of open sequences is computed anew. Once all rows
 * have been free, the sampler computes as a new one would, to the bit.
 */
export class PolicySampler implements Sampler {
  readonly #store: WeightStore;
  readonly #decoder: Decoder;
  readonly #decode: SamplerOptions['decode'];
  /** How many rows the decoder may have, the most first. */
  readonly #sizes: readonly number[];
  #rows: (Sequence | null)[] = [];
  #waiting: Sequence[] = [];
  #version: number;
  #scheduled = false;

  constructor(store: WeightStore, options: SamplerOptions = {}) {
    const native = nativeBackend(store.tf) !== null;
    const { rows = native ? 64 : 8, shards = native ? 2 : 1, parts = 1, stepsPerRun = 32 } = options;
    for (const [name, value] of Object.entries({ rows, shards, parts, stepsPerRun })) {
      if (!Number.isInteger(value) || value < 1)
        throw new RangeError(`${name}: an integer of at least 1, got ${value}`);
    }
    if (rows % shards !== 0) throw new RangeError(`rows: a multiple of shards (${shards}), got ${rows}`);
    if (!divides(store.config, parts)) {
      const { keyValueHeads, intermediateSize } = store.config;
      throw new RangeError(
        `parts: divides ${keyValueHeads} key-value heads and ${intermediateSize} inner features, got ${parts}`,
      );
    }
    this.#store = store;
    this.#decode = options.decode;
    const { folded } = options;
    this.#decoder = new Decoder(store, { rows, shards, parts, maxSteps: stepsPerRun, folded });
    this.#sizes = sizesOf(rows, shards);
    this.#version = store.version;
  }

  get contextLength(): number {
    return this.#store.config.contextLength;
  }

  /** Whether any action is in the making: the weights must not change then. */
  get busy(): boolean {
    return [...this.#rows, ...this.#waiting].some((sequence) => sequence?.pending != null);
  }

  open(key: SampleKey): SequenceSampler {
    checkSampleKey(key);
    const sequence = new Sequence(key);
    const at = this.#waiting.findIndex((other) => compareKeys(other.key, key) > 0);
    this.#waiting.splice(at === -1 ? this.#waiting.length : at, 0, sequence);
    this.#schedule();
    return {
      sample: (request) => this.#sample(sequence, request),
      close: () => {
        sequence.closed = true;
        sequence.pending?.reject(new Error('close: an action of the sequence was in the making'));
        sequence.pending = null;
        this.#schedule();
      },
    };
  }

  dispose(): void {
    this.#decoder.dispose();
  }

  #sample(sequence: Sequence, request: SampleRequest): Promise<SampledAction> {
    return new Promise((resolve, reject) => {
      if (sequence.closed) throw new Error('sample: the sequence is closed');
      if (sequence.pending !== null) throw new Error('sample: the action before is still in the making');
      if (this.#store.updating) throw new Error('sample: the weights are being updated');
      checkRequest(request, this.#store.config.vocabularySize, this.#decode !== undefined);
      sequence.tokens.push(...request.newTokenIds);
      const limit = Math.min(request.maxTokens, this.contextLength - sequence.tokens.length);
      sequence.pending = {
        request,
        limit,
        tokenIds: [],
        logprobs: [],
        drawnLogprobs: [],
        allowed: null,
        asked: 0,
        resolve,
        reject,
      };
      if (limit <= 0) this.#finish(sequence, sequence.pending, 'context-full');
      this.#schedule();
    });
  }

  /** Runs after all that is ready to open, ask or close has done so. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#advance();
    });
  }

  #advance(): void {
    const held = this.#rows.filter((sequence) => sequence !== null);
    if (held.some((sequence) => !sequence.closed && sequence.pending === null)) return;
    try {
      this.#assignRows();
      const active = this.#rows.filter((sequence) => sequence !== null);
      if (active.length === 0 || active.some((sequence) => sequence.pending === null)) return;
      this.#run();
    } catch (error) {
      for (const sequence of [...this.#rows, ...this.#waiting]) if (sequence?.pending != null) fail(sequence, error);
    }
    this.#schedule();
  }

  /** Frees the rows of closed sequences, fits their number to the open ones, gives the free ones to who waits. */
  #assignRows(): void {
    const kept = this.#rows.map((sequence) => (sequence?.closed === false ? sequence : null));
    this.#waiting = this.#waiting.filter((sequence) => !sequence.closed);
    const held = kept.filter((sequence) => sequence !== null).length;
    const open = held + this.#waiting.length;
    if (open === 0) {
      this.#rows = [];
      return;
    }
    const size = this.#sizes.findLast((rows) => rows >= open) ?? (this.#sizes[0] as number);
    const from = arrange(kept, size);
    if (held === 0) this.#decoder.clear(size);
    else if (size !== kept.length) this.#decoder.rearrange(from);
    this.#rows = from.map((row) => {
      const holder = row === null ? null : kept[row];
      return holder ?? this.#waiting.shift() ?? null;
    });
    if (this.#version !== this.#store.version) {
      // Keys and values of other weights are of no use.
      for (const sequence of this.#rows) if (sequence !== null) sequence.fed = 0;
      this.#version = this.#store.version;
    }
  }

  #run(): void {
    for (let fill = planPrefill(this.#rows); fill !== null; fill = planPrefill(this.#rows)) {
      this.#decoder.prefill(fill);
      fill.rows.forEach(({ tokenIds }, row) => {
        const sequence = this.#rows[row];
        if (sequence) sequence.fed += tokenIds.length;
      });
    }
    if (!this.#askAllowed()) return;
    const run = planRun(this.#rows, this.#decoder.maxSteps, this.#store.config.vocabularySize);
    this.#take(run.steps, this.#decoder.run(run));
  }

  /** Asks the requests that guide their tokens. One that fails ends its own action alone; `false` if there was one. */
  #askAllowed(): boolean {
    let fine = true;
    for (const sequence of this.#rows) {
      const pending = sequence?.pending;
      if (sequence == null || pending == null || sequence.tokensAhead > 0) continue;
      if (pending.asked > pending.tokenIds.length) continue;
      try {
        pending.allowed = allowedNext(pending.request, pending.tokenIds, this.#store.config.vocabularySize);
        pending.asked = pending.tokenIds.length + 1;
      } catch (error) {
        fail(sequence, error);
        fine = false;
      }
    }
    return fine;
  }

  /** Gives each row's tokens to its sequence; what a row computed beyond the end of its action is dropped. */
  #take(steps: number, { tokens, logprobs, drawnLogprobs }: DecodeResult): void {
    const rows = this.#rows.length;
    this.#rows.forEach((sequence, row) => {
      if (sequence === null) return;
      const { tokensAhead } = sequence;
      for (let step = 0; step < steps && sequence.pending !== null; step++) {
        sequence.fed += 1;
        if (step < tokensAhead) continue;
        const at = step * rows + row;
        sequence.pending.logprobs.push(logprobs[at] as number);
        if (drawnLogprobs !== null) sequence.pending.drawnLogprobs.push(drawnLogprobs[at] as number);
        this.#push(sequence, sequence.pending, tokens[at] as number);
      }
    });
  }

  #push(sequence: Sequence, pending: PendingAction, token: number): void {
    const { request, tokenIds, limit } = pending;
    tokenIds.push(token);
    sequence.tokens.push(token);
    if (request.stopTokenIds.includes(token)) this.#finish(sequence, pending, 'stop-token');
    else if (this.#hasStopString(sequence, pending)) this.#finish(sequence, pending, 'stop-string');
    else if (sequence.closed) return;
    else if (tokenIds.length === request.maxTokens) this.#finish(sequence, pending, 'max-tokens');
    else if (tokenIds.length === limit) this.#finish(sequence, pending, 'context-full');
  }

  /** A text that cannot be decoded ends the action of its sequence alone. */
  #hasStopString(sequence: Sequence, { request: { stopStrings = [] }, tokenIds }: PendingAction): boolean {
    if (this.#decode === undefined || stopStrings.length === 0) return false;
    try {
      const text = this.#decode(tokenIds);
      return stopStrings.some((stop) => text.includes(stop));
    } catch (error) {
      fail(sequence, error);
      return false;
    }
  }

  #finish(sequence: Sequence, pending: PendingAction, end: SampledAction['end']): void {
    const { request, tokenIds, logprobs, drawnLogprobs, resolve } = pending;
    sequence.pending = null;
    const narrowed = isNarrowed(request) ? { drawnLogprobs } : {};
    resolve({ tokenIds, behaviourLogprobs: logprobs, ...narrowed, end, policyVersion: this.#store.version });
  }
}

/** Rejects the action in the making. Half an action is of no use, so the sequence is closed. */
function fail(sequence: Sequence, error: unknown): void {
  sequence.pending?.reject(error);
  sequence.pending = null;
  sequence.closed = true;
}
