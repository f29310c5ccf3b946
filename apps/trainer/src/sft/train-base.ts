import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packTrajectories, supervised } from '@turnwise/gtpo';
import { createPolicy, type ModelConfig, parameterCount } from '@turnwise/policy';
import { characterTokenizer, characterTokenizerFiles, taggedRenderer } from '@turnwise/renderer';
import { createSandbox } from '@turnwise/sandbox';
import type { Trajectory } from '@turnwise/trajectory';
import type { TrainConfig } from '../config/train-config.js';
import type { TaskLengths } from '../tasks/families.js';
import { type Random, randomOf } from '../tasks/random.js';
import { taskTools } from '../tasks/tools.js';
import { divisionOf, openBackend } from '../train/open-backend.js';
import { collectDemonstrations } from './collect-demonstrations.js';
import type { StrategyMix } from './strategy-mix.js';

export interface SftOptions extends Pick<TrainConfig, 'backend' | 'maxTurns' | 'maxTokensPerTurn'> {
  readonly seed: number;
  readonly mix: StrategyMix;
  readonly demonstrations: number;
  readonly steps: number;
  readonly rowsPerStep: number;
  readonly learningRate: number;
  readonly lengths?: TaskLengths;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SftProgress) => void;
}

export type SftProgress =
  | { readonly stage: 'demonstrations'; readonly done: number; readonly total: number }
  | { readonly stage: 'steps'; readonly done: number; readonly total: number; readonly loss: number };

/** Longest demonstration; the context is longer, so that a policy that searches longer than they do has room. */
const DEMONSTRATION_TOKENS = 256;

/** The shape of the embedded policy: 0.8 million parameters. */
export const BASE_MODEL: Omit<ModelConfig, 'vocabularySize'> = {
  hiddenSize: 128,
  layers: 4,
  heads: 4,
  keyValueHeads: 4,
  headSize: 32,
  intermediateSize: 344,
  contextLength: 320,
  normEpsilon: 1e-6,
  ropeTheta: 10_000,
  tiedEmbeddings: false,
};

/**
 * Makes a base policy: fresh weights, trained by supervised learning on scripted demonstrations, written to `out` in
 * the Hugging Face layout. The same options make the same bytes on the same machine. Aborted, it writes nothing.
 */
export async function trainBase(out: string, options: SftOptions): Promise<void> {
  const { seed, steps, rowsPerStep, learningRate, signal, onProgress } = options;
  const tokenizer = characterTokenizer();
  const model = { ...BASE_MODEL, vocabularySize: tokenizer.vocabularySize };
  const parameters = parameterCount(model);
  const backend = await openBackend(options, parameters);
  const shards = divisionOf(backend, { rows: rowsPerStep }, { parameters, divisible: 1 }).shards.learner;
  const policy = createPolicy(model, seed, { tf: backend.tf, learner: { learningRate, shards } });
  const demonstrations = await demonstrate(options);
  const random = randomOf(seed, steps);
  const rows = endlessRows(demonstrations, random);
  const loss = supervised();
  for (let step = 1; step <= steps && !signal.aborted; step += 1) {
    const trajectories = Array.from({ length: rowsPerStep }, () => rows.next().value);
    const batch = packTrajectories(
      [{ task: { id: 'sft', family: 'sft', prompt: [], hidden: null }, trajectories }],
      {
        level: 'turn',
        values: new Float64Array(trajectories.reduce((turns, trajectory) => turns + trajectory.turns.length, 0)),
      },
      { temperature: 1, included: 'all' },
    );
    const metrics = await policy.update(batch, loss, { learningRate: learningRate * cosine(step / steps) });
    onProgress({ stage: 'steps', done: step, total: steps, loss: metrics.loss });
  }
  if (signal.aborted) {
    policy.dispose();
    return;
  }
  await mkdir(out, { recursive: true });
  await policy.save(out, { optimizer: false });
  const { tokenizerJson, tokenizerConfig } = characterTokenizerFiles();
  await writeFile(join(out, 'tokenizer.json'), `${JSON.stringify(tokenizerJson, null, 1)}\n`);
  await writeFile(join(out, 'tokenizer_config.json'), `${JSON.stringify(tokenizerConfig, null, 1)}\n`);
  policy.dispose();
}

/** From 1 down to a tenth, after a warm-up over the first fiftieth. */
function cosine(progress: number): number {
  return Math.min(1, progress * 50) * (0.1 + 0.45 * (1 + Math.cos(Math.PI * progress)));
}

async function demonstrate(options: SftOptions): Promise<Trajectory[]> {
  const { demonstrations, seed, mix, maxTurns, maxTokensPerTurn, lengths, onProgress } = options;
  const tokenizer = characterTokenizer();
  const sandbox = await createSandbox();
  try {
    const collected = await collectDemonstrations(
      { tokenizer, renderer: taggedRenderer(tokenizer), tools: taskTools(sandbox) },
      {
        count: demonstrations,
        seed,
        mix,
        ...(lengths === undefined ? {} : { lengths }),
        contextLength: DEMONSTRATION_TOKENS,
        maxTurns,
        maxTokensPerTurn,
        onProgress: (done, total) => onProgress({ stage: 'demonstrations', done, total }),
      },
    );
    return collected.filter(({ stopReason }) => stopReason === 'answered');
  } finally {
    await sandbox.close();
  }
}

/** Rows in random order, each once per pass, without end. */
function* endlessRows(rows: readonly Trajectory[], random: Random): Generator<Trajectory, never> {
  for (;;) {
    const order = rows.map((_, i) => i);
    for (let i = order.length - 1; i > 0; i -= 1) {
      const j = random.int(0, i);
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    }
    for (const i of order) yield rows[i] as Trajectory;
  }
}
