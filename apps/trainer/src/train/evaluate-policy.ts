import type { EvaluateOptions } from '../commands/context.js';
import type { TrainConfig } from '../config/train-config.js';
import type { EvaluationMode, EvaluationReport } from '../train-observer.js';
import { baseOf } from './base-directory.js';
import { openEnvironment } from './environment.js';
import { evaluate } from './evaluate.js';
import { EVALUATION_SEED } from './evaluate-run.js';
import { evaluationReport, type TaskOutcome } from './evaluation-report.js';
import { openTaskSource } from './task-source.js';

/** Evaluates a policy on the held-out tasks of a config, sampled and greedy. Nothing is written. */
export async function evaluatePolicy(config: TrainConfig, options: EvaluateOptions): Promise<EvaluationReport> {
  const { policy, observer, signal } = options;
  const { heldOut } = openTaskSource(config, options.tasks);
  const environment = await openEnvironment(config, policy, baseOf(config));
  try {
    const outcomes: TaskOutcome[] = [];
    for (const mode of ['sampled', 'greedy'] satisfies EvaluationMode[]) {
      const evaluation = await evaluate(heldOut, environment.rollout, environment.verifier, {
        when: 'after',
        mode,
        seed: EVALUATION_SEED,
        maxTurns: config.maxTurns,
        maxTokensPerTurn: config.maxTokensPerTurn,
        signal,
        onProgress: (done, total) => observer.onProgress({ label: `evaluating, ${mode}`, done, total }),
      });
      outcomes.push(...evaluation.outcomes);
    }
    return evaluationReport(outcomes);
  } finally {
    await environment.close();
  }
}
