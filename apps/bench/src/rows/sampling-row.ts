import { alternate } from '../measure/alternate.js';
import type { Side } from '../protocol/side.js';
import { SIZES, type Size } from '../sizes.js';
import type { SamplingJob } from '../work/jobs.js';
import { modelFolder } from '../work/work-files.js';
import { compareMemory } from './compare-memory.js';
import { compareTimes } from './compare-times.js';
import type { Row } from './row-context.js';
import { ourSide, peerSide, withSides } from './with-sides.js';

const PROMPT_TOKENS = 32;
const NEW_TOKENS = 128;

/** 128 new tokens after prompts of 32, at temperature 1, against transformers' generate. `least`: the multiple of its speed. */
export function samplingRow(size: Size, batch: number, least: number | null): Row {
  const title = `sampling, ${size}, batch ${batch}, ${NEW_TOKENS} new tokens`;
  return {
    id: `sample-${size}-${batch}`,
    title,
    measure: async (context) => {
      const job = await samplingJob(size, batch);
      const commands = [
        ourSide({ kind: 'sampling', ...job }, context),
        peerSide('transformers generate', 'generate', job, context),
      ];
      return withSides(commands, async (sides) => {
        const [ours, peer] = sides as [Side, Side];
        const bar = least === null ? null : ({ rule: 'at least', value: least } as const);
        const seconds = context.full ? 80 : 20;
        const measured = await alternate(sides, { seconds, least: 5, most: context.full ? 100 : 30 });
        const trials = Object.entries(peer.ready['trials'] as Readonly<Record<string, number>>);
        const against = 'transformers generate';
        const memory = await compareMemory({ title, against }, ours, peer, context);
        return {
          comparisons: [
            compareTimes(measured, { title, against, peer: 1, bar, tokens: batch * NEW_TOKENS }),
            memory.comparison,
          ],
          sides: sides.map(({ name, ready }) => ({ name, ...ready })),
          notes: [
            ...memory.notes,
            `generate by cache, the faster is used: ${trials.map(([name, s]) => `${name} ${s.toFixed(2)} s`).join(', ')}`,
          ],
        };
      });
    },
  };
}

export async function samplingJob(size: Size, batch: number): Promise<SamplingJob> {
  return {
    checkpoint: await modelFolder(size),
    prompts: prompts(batch, SIZES[size].vocabularySize),
    newTokens: NEW_TOKENS,
  };
}

function prompts(batch: number, vocabulary: number): number[][] {
  return Array.from({ length: batch }, (_, row) =>
    Array.from({ length: PROMPT_TOKENS }, (_, t) => 1 + ((row * 37 + t * 11 + ((t * t) % 7)) % (vocabulary - 1))),
  );
}
