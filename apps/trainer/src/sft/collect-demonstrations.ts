import type { Tokenizer } from '@turnwise/renderer';
import { collectGroups } from '@turnwise/rollout';
import type { Renderer, ToolProvider, Trajectory } from '@turnwise/trajectory';
import { drawTask, FAMILIES, type TaskLengths } from '../tasks/families.js';
import type { TaskFamily } from '../tasks/family.js';
import { type TrainerTask, taskOfRow } from '../tasks/task-schema.js';
import { demonstrationSampler } from './demonstration-sampler.js';
import type { StrategyMix } from './strategy-mix.js';

export interface DemonstrationOptions {
  readonly count: number;
  readonly seed: number;
  readonly mix: StrategyMix;
  readonly lengths?: TaskLengths;
  readonly contextLength: number;
  readonly maxTurns: number;
  readonly maxTokensPerTurn: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Demonstrations on training tasks, families by their share, played through the real rollout and tools. */
export async function collectDemonstrations(
  { tokenizer, renderer, tools }: { tokenizer: Tokenizer; renderer: Renderer; tools: ToolProvider<TrainerTask> },
  options: DemonstrationOptions,
): Promise<Trajectory[]> {
  const { count, seed, mix, lengths, contextLength, maxTurns, maxTokensPerTurn, onProgress } = options;
  const collected: Trajectory[] = [];
  for (let first = 0; first < count; first += CHUNK) {
    const ordinals = Array.from({ length: Math.min(CHUNK, count - first) }, (_, i) => first + i);
    const instances = ordinals.map((ordinal) => drawTask(familyAt(ordinal), 'train', seed, ordinal, lengths));
    const tasks = instances.map(({ row }, i) => taskOfRow({ ...row, id: `${row.family}/demonstration/${first + i}` }));
    const sampler = demonstrationSampler(instances, mix, tokenizer, contextLength);
    const { groups } = await collectGroups(
      tasks,
      { sampler, renderer, tools },
      { groupSize: 1, seed, update: first, run: 'sft', temperature: 1, maxTurns, maxTokensPerTurn },
    );
    collected.push(...groups.flatMap(({ trajectories }) => trajectories));
    onProgress?.(collected.length, count);
  }
  return collected;
}

/** Tasks whose tool sessions are open at once. */
const CHUNK = 256;

/** Numbers are the hardest to copy: mathematics is shown twice as often as each of the others. */
const SHOWN: readonly TaskFamily[] = [...FAMILIES, ...FAMILIES.filter(({ name }) => name === 'math')];

const familyAt = (ordinal: number) => SHOWN[ordinal % SHOWN.length] as TaskFamily;
