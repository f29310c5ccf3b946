import { wilsonInterval } from '@turnwise/advantages';
import type { EvaluationMode, EvaluationOutcome, EvaluationReport, Score, ScorePair } from '../train-observer.js';

/** An outcome with what the report needs besides. */
export interface TaskOutcome extends EvaluationOutcome {
  readonly calls: number;
  readonly validCalls: number;
  readonly turns: number;
  readonly premature: boolean;
  readonly unseenComposition: boolean;
}

/** Shares, intervals and families of one evaluation, from the outcomes of its tasks in both modes. */
export function evaluationReport(outcomes: readonly TaskOutcome[]): EvaluationReport {
  const families = [...new Set(outcomes.map(({ family }) => family))];
  const unseen = outcomes.filter(({ unseenComposition }) => unseenComposition);
  const seen = outcomes.filter(({ unseenComposition }) => !unseenComposition);
  return {
    ...scorePair(outcomes),
    families: Object.fromEntries(
      families.map((family) => [family, scorePair(outcomes.filter((outcome) => outcome.family === family))]),
    ),
    compositions: {
      ...(seen.length === 0 ? {} : { seen: scorePair(seen) }),
      ...(unseen.length === 0 ? {} : { unseen: scorePair(unseen) }),
    },
  };
}

function scorePair(outcomes: readonly TaskOutcome[]): ScorePair {
  const of = (mode: EvaluationMode) => score(outcomes.filter((outcome) => outcome.mode === mode));
  return { ...of('sampled'), greedy: of('greedy') };
}

function score(outcomes: readonly TaskOutcome[]): Score {
  const correct = outcomes.filter((outcome) => outcome.correct).length;
  const clean = outcomes.filter(({ calls, validCalls }) => calls === validCalls);
  const calls = outcomes.reduce((sum, outcome) => sum + outcome.calls, 0);
  const { low, high } = wilsonInterval(correct, outcomes.length);
  return {
    accuracy: outcomes.length === 0 ? 0 : correct / outcomes.length,
    correct,
    total: outcomes.length,
    interval95: [low, high],
    validCallRate: calls === 0 ? null : outcomes.reduce((sum, outcome) => sum + outcome.validCalls, 0) / calls,
    accuracyGivenValidCalls:
      clean.length === 0 ? null : clean.filter((outcome) => outcome.correct).length / clean.length,
  };
}
