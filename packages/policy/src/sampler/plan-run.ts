import { tokenUniform } from '../random/token-uniform.js';
import type { DecodeRun, RunNarrowing } from './decode-run.js';
import type { PrefillRun } from './decoder.js';
import { isNarrowed } from './sample-request.js';
import type { PendingAction, Sequence } from './sequence.js';

/** The sequences of all rows; `null` is a row that nobody holds. */
export type Rows = readonly (Sequence | null)[];

/** Tokens per row that can be fed at once. One graph each, so there are few. */
const PREFILL_TOKENS = [32, 128, 512] as const;

/** Most tokens fed at once over all rows. */
const PREFILL_BUDGET = 4096;

/**
 * What to feed at once before anything is sampled, or `null` when it is not worth it: at least half of what is computed
 * must be of use. Tokens fed in vain cost as much as others, and in steps other rows would go on meanwhile; the half is
 * chosen, not measured.
 */
export function planPrefill(rows: Rows): PrefillRun | null {
  const ahead = rows.map((sequence) => sequence?.tokensAhead ?? 0);
  const useful = (tokens: number) => ahead.reduce((sum, count) => sum + Math.min(count, tokens), 0);
  const affordable = PREFILL_TOKENS.filter((tokens) => tokens * rows.length <= PREFILL_BUDGET);
  const tokens = affordable.findLast((count) => 2 * useful(count) >= count * rows.length);
  if (tokens === undefined) return null;
  const fed = rows.map((sequence) => ({
    position: sequence?.fed ?? 0,
    tokenIds: sequence?.tokens.slice(sequence.fed, sequence.fed + Math.min(sequence.tokensAhead, tokens)) ?? [],
  }));
  const lastPosition = Math.max(...fed.map(({ position, tokenIds }) => position + tokenIds.length - 1));
  return { tokens, lastPosition, rows: fed };
}

/** The next run of the decoder: what each row is fed, and the random numbers of what it samples. */
export function planRun(rows: Rows, maxSteps: number, vocabulary: number): DecodeRun {
  const guided = rows.some((sequence) => sequence?.pending?.request.allowed !== undefined);
  const steps = guided ? 1 : Math.min(maxSteps, stepsWorthwhile(rows));
  const run = {
    steps,
    positions: new Int32Array(rows.length),
    forced: new Int32Array(maxSteps * rows.length).fill(-1),
    uniforms: new Float32Array(maxSteps * rows.length),
    inverseTemperatures: new Float32Array(rows.length).fill(1),
    greedy: new Int32Array(rows.length),
    narrowing: planNarrowing(rows, vocabulary),
  };
  let lastPosition = 0;
  rows.forEach((sequence, row) => {
    if (sequence?.pending == null) {
      run.forced[row] = 0;
      return;
    }
    const { request, tokenIds } = sequence.pending;
    const { tokensAhead, fed, tokens } = sequence;
    run.positions[row] = fed;
    lastPosition = Math.max(lastPosition, fed + Math.min(steps, sequence.stepsLeft) - 1);
    run.greedy[row] = request.temperature === 0 ? 1 : 0;
    run.inverseTemperatures[row] = request.temperature === 0 ? 1 : 1 / request.temperature;
    for (let step = 0; step < steps; step++) {
      if (step <= tokensAhead) run.forced[step * rows.length + row] = tokens[fed + step] as number;
      const token = tokenIds.length + step - tokensAhead;
      if (step >= tokensAhead) run.uniforms[step * rows.length + row] = tokenUniform(sequence.key, request.turn, token);
    }
  });
  return { ...run, lastPosition };
}

/** Least steps of a run that none needs to be shorter. */
const YOUNG_STEPS = 8;

/**
 * Steps until all actions have ended; but no more than the youngest action has tokens, and 8: what a row computes beyond
 * the end of its action is lost, and an action that has gone on for long will probably go on.
 */
function stepsWorthwhile(rows: Rows): number {
  const pending = rows.filter((sequence) => sequence?.pending != null) as Sequence[];
  const youngest = Math.min(...pending.map(({ pending }) => (pending as PendingAction).tokenIds.length));
  return Math.min(Math.max(...pending.map(({ stepsLeft }) => stepsLeft)), Math.max(YOUNG_STEPS, youngest));
}

/** `null` when no row is narrowed. */
function planNarrowing(rows: Rows, vocabulary: number): RunNarrowing | null {
  if (!rows.some((sequence) => sequence?.pending != null && isNarrowed(sequence.pending.request))) return null;
  const narrowing = {
    topK: new Float32Array(rows.length).fill(vocabulary),
    topP: new Float32Array(rows.length).fill(EVERYTHING),
    minP: new Float32Array(rows.length),
    allowed: new Float32Array(rows.length * vocabulary).fill(1),
  };
  rows.forEach((sequence, row) => {
    if (sequence?.pending == null) return;
    const { request, allowed } = sequence.pending;
    const { topK, topP = 1, minP = 0 } = request.truncation ?? {};
    if (topK !== undefined) narrowing.topK[row] = topK;
    if (topP < 1) narrowing.topP[row] = topP;
    narrowing.minP[row] = minP;
    if (allowed === null) return;
    narrowing.allowed.fill(0, row * vocabulary, (row + 1) * vocabulary);
    for (const id of allowed) narrowing.allowed[row * vocabulary + id] = 1;
  });
  return narrowing;
}

/** A share that no sum of probabilities reaches, rounding included. */
const EVERYTHING = 2;
