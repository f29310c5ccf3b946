import { BASE_DIRECTORY } from 'turnwise/engine';
import { alternate } from '../measure/alternate.js';
import { Side } from '../protocol/side.js';
import type { Bar } from '../statistics/verdict.js';
import { type GrpoJob, OPTIMIZER } from '../work/jobs.js';
import { compareMemory } from './compare-memory.js';
import { compareTimes } from './compare-times.js';
import type { Row } from './row-context.js';
import { ourSide, peerSide, withSides } from './with-sides.js';

/** One whole GRPO update of the embedded policy, 64 trajectories of 96 new tokens, against TRL's GRPOTrainer. */
export function grpoRow(bar: Bar | null): Row {
  const job: GrpoJob = {
    checkpoint: BASE_DIRECTORY,
    tasks: 8,
    groupSize: 8,
    newTokens: 96,
    warmUp: 2,
    rewardedTokens: Array.from({ length: 20 }, (_, i) => 20 + i),
  };
  const title = `GRPO update, d128, ${job.tasks * job.groupSize} trajectories of ${job.newTokens} new tokens`;
  return {
    id: 'grpo',
    title,
    measure: async (context) => {
      const ours = await Side.start(ourSide({ kind: 'grpo-update', ...job }, context));
      try {
        // The peer is given the prompts as our renderer writes them.
        const { prompts } = ours.ready as unknown as { readonly prompts: readonly (readonly number[])[] };
        const command = peerSide('TRL GRPOTrainer', 'grpo_update', { ...job, prompts, optimizer: OPTIMIZER }, context);
        return await withSides([command], async ([peer]) => {
          const sides = [ours, peer as Side];
          const seconds = context.full ? 120 : 30;
          const measured = await alternate(sides, { seconds, least: 5, most: context.full ? 100 : 30 });
          const against = 'TRL GRPOTrainer';
          const memory = await compareMemory({ title, against }, ours, peer as Side, context);
          return {
            comparisons: [compareTimes(measured, { title, against, peer: 1, bar }), memory.comparison],
            sides: sides.map(({ name, ready: { prompts: _, ...ready } }) => ({ name, ...ready }) as never),
            notes: [
              ...memory.notes,
              `prompts of ${prompts[0]?.length} tokens; no token ends a trajectory early on either side`,
            ],
          };
        });
      } finally {
        await ours.end();
      }
    },
  };
}
