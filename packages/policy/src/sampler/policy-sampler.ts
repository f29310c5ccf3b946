import { nativeBackend } from '@turnwise/accelerator';
import type { SampledAction, SampleKey, SampleRequest, Sampler, SequenceSampler } from '@turnwise/trajectory';
import { checkSampleKey, tokenUniform } from '../random/token-uniform.js';
import type { WeightStore } from '../weight-store.js';
import { type DecodeResult, type DecodeRun, Decoder } from './decoder.js';
import { compareKeys, type PendingAction, Sequence } from './sequence.js';

export interface SamplerOptions {
  /** Sequences decoded side by side. Default 64; 8 on a backend without graphs. */
  readonly rows?: number;
  /** Independent parts of the rows, computed in parallel. Default 2 on the native backend, else 1. */
  readonly shards?: number;
  /** Most tokens per row and run. Default 16. */
  readonly stepsPerRun?: number;
}

/**
 * Samples many sequences at once with a key-value cache: continuous batching.
 *
 * An open sequence waits for a row; free rows are given to waiting sequences in the order of their keys, and kept until
 * `close`. A run of the decoder happens only when every sequence that has a row has asked for an action, so which tokens
 * are computed together depends on tokens alone. Open all sequences of a batch before awaiting the first action: then
 * nothing at all depends on time.
 *
 * A sequence's tokens do not depend on its row, its shard or its neighbours: random numbers are named by the key, the
 * turn and the token. When the weights change between two actions, the cache of open sequences is computed anew. Once
 * all rows have been free, the sampler computes as a new one would, to the bit.
 */
export class PolicySampler implements Sampler {
  readonly #store: WeightStore;
  readonly #decoder: Decoder;
  readonly #rows: (Sequence | null)[];
  readonly #waiting: Sequence[] = [];
  #version: number;
  #scheduled = false;
  /** No row was in use before the next run. */
  #fresh = true;

  constructor(store: WeightStore, options: SamplerOptions = {}) {
    const native = nativeBackend(store.tf) !== null;
    const { rows = native ? 64 : 8, shards = native ? 2 : 1, stepsPerRun = 16 } = options;
    for (const [name, value] of Object.entries({ rows, shards, stepsPerRun })) {
      if (!Number.isInteger(value) || value < 1)
        throw new RangeError(`${name}: an integer of at least 1, got ${value}`);
    }
    if (rows % shards !== 0) throw new RangeError(`rows: a multiple of shards (${shards}), got ${rows}`);
    this.#store = store;
    this.#decoder = new Decoder(store, { rows, shards, maxSteps: stepsPerRun });
    this.#rows = Array.from({ length: rows }, () => null);
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
      checkRequest(sequence, request, this.#store.config.vocabularySize);
      sequence.tokens.push(...request.newTokenIds);
      const limit = Math.min(request.maxTokens, this.contextLength - sequence.tokens.length);
      sequence.pending = { request, limit, tokenIds: [], logprobs: [], resolve, reject };
      if (limit <= 0) this.#finish(sequence, 'context-full');
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
    this.#fresh ||= held.every((sequence) => sequence.closed);
    this.#assignRows();
    const active = this.#rows.filter((sequence) => sequence !== null);
    if (active.length === 0 || active.some((sequence) => sequence.pending === null)) return;
    try {
      const run = this.#plan();
      this.#fresh = false;
      this.#take(run, this.#decoder.run(run));
    } catch (error) {
      for (const { pending } of active) pending?.reject(error);
      for (const sequence of active) sequence.pending = null;
    }
    this.#schedule();
  }

  #assignRows(): void {
    this.#rows.forEach((sequence, row) => {
      if (sequence?.closed) this.#rows[row] = null;
    });
    this.#waiting.splice(0, this.#waiting.length, ...this.#waiting.filter((sequence) => !sequence.closed));
    this.#rows.forEach((sequence, row) => {
      if (sequence === null) this.#rows[row] = this.#waiting.shift() ?? null;
    });
    if (this.#version !== this.#store.version) {
      // Keys and values of other weights are of no use.
      for (const sequence of this.#rows) if (sequence !== null) sequence.fed = 0;
      this.#version = this.#store.version;
    }
  }

  #plan(): DecodeRun {
    const rows = this.#rows.length;
    const size = this.#decoder.maxSteps * rows;
    const steps = Math.min(this.#decoder.maxSteps, Math.max(...this.#rows.map((sequence) => sequence?.stepsLeft ?? 0)));
    const positions = new Int32Array(rows);
    const forced = new Int32Array(size).fill(-1);
    const uniforms = new Float32Array(size);
    const inverseTemperatures = new Float32Array(rows).fill(1);
    const greedy = new Int32Array(rows);
    let lastPosition = 0;
    this.#rows.forEach((sequence, row) => {
      if (sequence?.pending == null) {
        forced[row] = 0;
        return;
      }
      const { request, tokenIds } = sequence.pending;
      const toFeed = sequence.tokens.length - sequence.fed;
      positions[row] = sequence.fed;
      lastPosition = Math.max(lastPosition, sequence.fed + Math.min(steps, sequence.stepsLeft) - 1);
      greedy[row] = request.temperature === 0 ? 1 : 0;
      inverseTemperatures[row] = request.temperature === 0 ? 1 : 1 / request.temperature;
      for (let step = 0; step < steps; step++) {
        if (step < toFeed) forced[step * rows + row] = sequence.tokens[sequence.fed + step] as number;
        const token = tokenIds.length + step - (toFeed - 1);
        if (step >= toFeed - 1) uniforms[step * rows + row] = tokenUniform(sequence.key, request.turn, token);
      }
    });
    return { fresh: this.#fresh, steps, lastPosition, positions, forced, uniforms, inverseTemperatures, greedy };
  }

  /** Gives each row's tokens to its sequence; what a row computed beyond the end of its action is dropped. */
  #take({ steps }: DecodeRun, { tokens, logprobs }: DecodeResult): void {
    const rows = this.#rows.length;
    this.#rows.forEach((sequence, row) => {
      if (sequence === null) return;
      const toFeed = sequence.tokens.length - sequence.fed;
      for (let step = 0; step < steps && sequence.pending !== null; step++) {
        sequence.fed += 1;
        if (step < toFeed - 1) continue;
        this.#push(
          sequence,
          sequence.pending,
          tokens[step * rows + row] as number,
          logprobs[step * rows + row] as number,
        );
      }
    });
  }

  #push(sequence: Sequence, pending: PendingAction, token: number, logprob: number): void {
    pending.tokenIds.push(token);
    pending.logprobs.push(logprob);
    sequence.tokens.push(token);
    if (pending.request.stopTokenIds.includes(token)) this.#finish(sequence, 'stop-token');
    else if (pending.tokenIds.length === pending.request.maxTokens) this.#finish(sequence, 'max-tokens');
    else if (pending.tokenIds.length === pending.limit) this.#finish(sequence, 'context-full');
  }

  #finish(sequence: Sequence, end: SampledAction['end']): void {
    const { tokenIds, logprobs, resolve } = sequence.pending as PendingAction;
    sequence.pending = null;
    resolve({ tokenIds, behaviourLogprobs: logprobs, end, policyVersion: this.#store.version });
  }
}

function checkRequest(sequence: Sequence, request: SampleRequest, vocabulary: number): void {
  if (sequence.closed) throw new Error('sample: the sequence is closed');
  if (sequence.pending !== null) throw new Error('sample: the action before is still in the making');
  if (request.newTokenIds.length === 0) throw new RangeError('newTokenIds: at least one token, got none');
  for (const id of request.newTokenIds) {
    if (!Number.isInteger(id) || id < 0 || id >= vocabulary) {
      throw new RangeError(`newTokenIds: token ids in [0, ${vocabulary}), got ${id}`);
    }
  }
  if (!Number.isInteger(request.maxTokens) || request.maxTokens < 1) {
    throw new RangeError(`maxTokens: an integer of at least 1, got ${request.maxTokens}`);
  }
  if (!(request.temperature >= 0 && Number.isFinite(request.temperature))) {
    throw new RangeError(`temperature: a finite number of at least 0, got ${request.temperature}`);
  }
  if (!Number.isInteger(request.turn) || request.turn < 0) {
    throw new RangeError(`turn: an integer of at least 0, got ${request.turn}`);
  }
}
