import { readFileSync } from 'node:fs';
import type { Side } from '../protocol/side.js';
import type { Size } from '../sizes.js';
import type { LogprobsJob } from '../work/jobs.js';
import type { BatchFile } from '../work/ragged-batch.js';
import { batchFile, modelFolder } from '../work/work-files.js';
import { compareDifference, greatestDifference } from './compare-difference.js';
import type { Row } from './row-context.js';
import { ourSide, peerSide, withSides } from './with-sides.js';

interface PeerLogprobs {
  readonly transformers: readonly number[];
  readonly plain: readonly number[];
}

/** The same checkpoint gives the same log-probabilities on all sides: what is timed is the same work. */
export function sameWorkRow(size: Size): Row {
  const title = `log-probabilities of a checkpoint, ${size}`;
  return {
    id: `same-${size}`,
    title,
    measure: async (context) => {
      const job: LogprobsJob = { checkpoint: await modelFolder(size), batch: batchFile(size, 8, 128) };
      const commands = [
        ourSide({ kind: 'logprobs', ...job }, context),
        peerSide('transformers', 'logprobs', job, context),
      ];
      return withSides(commands, async (sides) => {
        const [ours, peer] = sides as [Side, Side];
        const own = await ours.ask<{ readonly logprobs: readonly number[] }>('logprobs');
        const its = await peer.ask<PeerLogprobs>('logprobs');
        const { actionMask } = JSON.parse(readFileSync(job.batch, 'utf8')) as BatchFile;
        const differenceTo = (values: readonly number[]): number =>
          greatestDifference(
            own.logprobs,
            values.map((value, at) => (actionMask[at] === 1 ? value : 0)),
          );
        return {
          comparisons: [
            compareDifference(title, 'LlamaForCausalLM', differenceTo(its.transformers), 1e-3),
            compareDifference(title, 'plain PyTorch', differenceTo(its.plain), 1e-3),
          ],
          sides: sides.map(({ name, ready }) => ({ name, ...ready })),
          notes: [],
        };
      });
    },
  };
}
