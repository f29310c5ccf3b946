import { pairedGain } from '../compare/paired-gain.js';
import type { EvaluationMode, EvaluationOutcome } from '../train-observer.js';

/** What a setting is called in the table, and the options of `train` that make it. */
export interface Setting {
  readonly name: 'gtpo' | 'format only' | 'grpo';
  readonly options: Readonly<Record<string, string>>;
}

/** The settings that are trained on the same tasks, seeds and budget. */
export const SETTINGS: readonly Setting[] = [
  { name: 'gtpo', options: { algorithm: 'gtpo' } },
  { name: 'format only', options: { algorithm: 'gtpo', reward: 'format' } },
  { name: 'grpo', options: { algorithm: 'grpo' } },
];

/** What a run of the default must show. */
export const LEARNING_BARS = {
  /** Median over seeds of the gain in accuracy, after less before. */
  sampledGain: 0.3,
  greedyGain: 0.2,
  /** The control gains less than this share of the default's. */
  controlShare: 0.25,
  /** Greatest share of the training time that the algorithm itself takes. */
  algorithmShare: 0.01,
} as const;

export interface FinishedRun {
  readonly setting: Setting['name'];
  readonly seed: number;
  readonly outcomes: readonly EvaluationOutcome[];
  readonly trainingSeconds: number;
  readonly algorithmShare: number;
}

export interface RunGain {
  readonly setting: Setting['name'];
  readonly seed: number;
  readonly before: number;
  readonly after: number;
  readonly sampled: Gain;
  readonly greedy: Gain;
  /** Sampled gain of each family. */
  readonly families: Readonly<Record<string, number>>;
  readonly trainingSeconds: number;
  readonly algorithmShare: number;
}

export interface Gain {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface Verdict {
  readonly rule: string;
  readonly found: string;
  readonly holds: boolean;
}

/** The gain of one run on the held-out tasks, paired by task. `rng` draws the bootstrap. */
export function runGain(run: FinishedRun, rng: () => number): RunGain {
  const { setting, seed, outcomes, trainingSeconds, algorithmShare } = run;
  const families = [...new Set(outcomes.map(({ family }) => family))];
  const accuracy = (when: 'before' | 'after', mode: EvaluationMode, family?: string) => {
    const own = outcomes.filter(
      (one) => one.when === when && one.mode === mode && (family === undefined || one.family === family),
    );
    return own.filter(({ correct }) => correct).length / own.length;
  };
  return {
    setting,
    seed,
    before: accuracy('before', 'sampled'),
    after: accuracy('after', 'sampled'),
    sampled: pairedGain(outcomes, 'sampled', rng),
    greedy: pairedGain(outcomes, 'greedy', rng),
    families: Object.fromEntries(
      families.map((family) => [family, accuracy('after', 'sampled', family) - accuracy('before', 'sampled', family)]),
    ),
    trainingSeconds,
    algorithmShare,
  };
}

/** Holds the gains against the bars. The comparison with GRPO has no bar: it is reported, not judged. */
export function learningVerdicts(gains: readonly RunGain[]): readonly Verdict[] {
  const gtpo = gains.filter(({ setting }) => setting === 'gtpo');
  const control = gains.filter(({ setting }) => setting === 'format only');
  const sampled = median(gtpo.map((gain) => gain.sampled.mean));
  const greedy = median(gtpo.map((gain) => gain.greedy.mean));
  const controlGain = median(control.map((gain) => gain.sampled.mean));
  const lowest = Math.min(...gtpo.flatMap((gain) => [gain.sampled.low, gain.greedy.low]));
  const worstFamily = Math.min(...gtpo.flatMap((gain) => Object.values(gain.families)));
  const share = Math.max(...gtpo.map(({ algorithmShare }) => algorithmShare));
  const bars = LEARNING_BARS;
  return [
    verdict(`median sampled gain at least ${points(bars.sampledGain)}`, points(sampled), sampled >= bars.sampledGain),
    verdict(`median greedy gain at least ${points(bars.greedyGain)}`, points(greedy), greedy >= bars.greedyGain),
    verdict('every 95 % interval of a gain above 0', `lowest bound ${points(lowest)}`, lowest > 0),
    verdict('every family gains in every run', `least ${points(worstFamily)}`, worstFamily > 0),
    ...(control.length === 0
      ? []
      : [
          verdict(
            `format only gains less than ${bars.controlShare * 100} % of that`,
            points(controlGain),
            controlGain < bars.controlShare * sampled,
          ),
        ]),
    verdict(
      `algorithm's share of the training time under ${bars.algorithmShare * 100} %`,
      `${(100 * share).toFixed(2)} %`,
      share < bars.algorithmShare,
    ),
  ];
}

const verdict = (rule: string, found: string, holds: boolean): Verdict => ({ rule, found, holds });

export const points = (gain: number) => `${gain < 0 ? '-' : '+'}${Math.abs(100 * gain).toFixed(1)} points`;

/** Of an even number, the mean of the middle two; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor((sorted.length - 1) / 2);
  return ((sorted[middle] ?? Number.NaN) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN)) / 2;
}
