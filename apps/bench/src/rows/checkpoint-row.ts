import { alternate, type Sampled } from '../measure/alternate.js';
import type { Side, SideMemory } from '../protocol/side.js';
import type { Comparison } from '../result.js';
import { verdictOf } from '../statistics/verdict.js';
import type { CheckpointJob } from '../work/jobs.js';
import { randomModelFolder } from '../work/work-files.js';
import { compareTimes } from './compare-times.js';
import type { Row } from './row-context.js';
import { ourSide, peerSide, withSides } from './with-sides.js';

const NEW_TOKENS = 32;
const MOST_BYTES = 10 * 2 ** 30;

/** Random weights in the shape of Qwen3-0.6B: 32 tokens sampled, one step of LoRA on them, and the memory of all that. */
export function checkpointRow(): Row {
  const against = 'transformers + PEFT';
  return {
    id: 'qwen3-0.6b',
    title: 'Qwen3-0.6B in shape, float32',
    measure: async (context) => {
      const prompt = Array.from({ length: 32 }, (_, i) => 1000 + 37 * i);
      const job: CheckpointJob = { checkpoint: await randomModelFolder(), prompt, newTokens: NEW_TOKENS, rank: 16 };
      const commands = [
        ourSide({ kind: 'checkpoint', ...job }, context),
        peerSide(against, 'checkpoint', job, context),
      ];
      return withSides(commands, async (sides) => {
        const [ours, peer] = sides as [Side, Side];
        const options = { seconds: context.full ? 240 : 60, least: 3, most: context.full ? 20 : 6 };
        const bar = { rule: 'at most', value: 1 } as const;
        const samples = await alternate(sides, options);
        const steps = await alternate(sides.map(stepping), options);
        const seconds = (side: Side, name: string): string => `${side.name} ${Number(side.ready[name]).toFixed(1)} s`;
        const both = (name: string): string => `${seconds(ours, name)}, ${seconds(peer, name)}`;
        return {
          comparisons: [
            compareTimes(samples, { title: `${NEW_TOKENS} tokens after a prompt of 32`, against, peer: 1, bar }),
            compareTimes(steps, { title: 'one LoRA step, 64 tokens', against, peer: 1, bar }),
            await memoryWithin(ours),
          ],
          sides: sides.map(({ name, ready }) => ({ name, ...ready })),
          notes: [
            `loaded after: ${both('loadSeconds')}; with the first ${NEW_TOKENS} tokens and the first step: ${both('firstSeconds')}`,
            `greatest difference of log-probabilities, sampler against learner: ${Number(ours.ready['logprobDifference']).toExponential(1)}`,
          ],
        };
      });
    },
  };
}

/** The same side, whose samples are steps. */
function stepping(side: Side): Sampled {
  return { ask: (action, parameters, seconds) => side.ask(action === 'sample' ? 'step' : action, parameters, seconds) };
}

async function memoryWithin(ours: Side): Promise<Comparison> {
  const { peakBytes } = await ours.ask<SideMemory>('memory');
  const mean = peakBytes / MOST_BYTES;
  const ratio = { mean, low: mean, high: mean };
  const bar = { rule: 'at most', value: 1 } as const;
  return {
    title: 'peak memory of loading, sampling and the step',
    against: '10 GiB',
    unit: 'MB',
    ours: peakBytes / 1e6,
    peer: MOST_BYTES / 1e6,
    ratio,
    bar,
    verdict: verdictOf(ratio, bar),
    samples: 1,
    othersLoad: null,
  };
}
