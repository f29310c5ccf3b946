import { alternate } from '../measure/alternate.js';
import type { Side } from '../protocol/side.js';
import type { Size } from '../sizes.js';
import type { Bar } from '../statistics/verdict.js';
import { OPTIMIZER, type TrainingJob } from '../work/jobs.js';
import { batchFile, modelFolder } from '../work/work-files.js';
import { compareDifference, greatestDifference } from './compare-difference.js';
import { compareMemory } from './compare-memory.js';
import { compareTimes } from './compare-times.js';
import type { Row } from './row-context.js';
import { ourSide, peerSide, withSides } from './with-sides.js';

interface Step {
  readonly loss: number;
  readonly gradNorm: number;
}

/** Seconds of sampling per row: the larger the model, the longer a sample. */
const SECONDS: Readonly<Record<Size, number>> = { d128: 12, d256: 25, d512: 50 };

/**
 * The GTPO training step on 32 x 128 tokens against the same step in PyTorch, eager and compiled. The losses and
 * gradient norms of the first updates must agree: then weights, loss, clipping and optimizer are the same.
 */
export function trainingRow(size: Size, bar: Bar | null): Row {
  const [sequences, tokens] = [32, 128];
  const title = `GTPO step, ${size}, ${sequences} x ${tokens} tokens`;
  return {
    id: `step-${size}`,
    title,
    measure: async (context) => {
      const job: TrainingJob = {
        checkpoint: await modelFolder(size),
        batch: batchFile(size, sequences, tokens),
        warmUp: 3,
      };
      const peer = (name: string, mode: 'eager' | 'compile') =>
        peerSide(name, 'training_step', { ...job, mode, optimizer: OPTIMIZER }, context);
      const commands = [
        ourSide({ kind: 'training-step', ...job }, context),
        peer('PyTorch eager', 'eager'),
        peer('torch.compile', 'compile'),
      ];
      return withSides(commands, async (sides) => {
        const [ours, eager, compiled] = sides as [Side, Side, Side];
        const seconds = SECONDS[size] * (context.full ? 4 : 1);
        const measured = await alternate(sides, { seconds, least: 5, most: context.full ? 100 : 30 });
        const notSlower = bar === null ? null : ({ rule: 'at most', value: 1 } as const);
        const steps = [eager, compiled].map(({ ready }) => stepDifference(stepsOf(ours.ready), stepsOf(ready)));
        return {
          comparisons: [
            compareTimes(measured, { title, against: 'PyTorch eager', peer: 1, bar }),
            compareTimes(measured, { title, against: 'torch.compile', peer: 2, bar: notSlower }),
            await compareMemory(title, 'PyTorch eager', ours, eager),
            compareDifference(
              `${title}: loss and gradient norm of ${job.warmUp} updates`,
              'both',
              Math.max(...steps),
              1e-3,
            ),
          ],
          sides: sides.map(({ name, ready }) => ({ name, ...ready })),
          notes: [`first step, compiling included: ${sides.map(firstSeconds).join(', ')}; not in the samples`],
        };
      });
    },
  };
}

const firstSeconds = ({ name, ready }: Side): string => `${name} ${Number(ready['firstSeconds']).toFixed(1)} s`;

const stepsOf = (ready: Readonly<Record<string, unknown>>) => ready['steps'] as readonly Step[];

/** Greatest difference of the losses and relative difference of the gradient norms. */
function stepDifference(ours: readonly Step[], theirs: readonly Step[]): number {
  const relative = ours.map(({ gradNorm }, i) => gradNorm / (theirs[i]?.gradNorm ?? Number.NaN) - 1);
  const losses = greatestDifference(
    ours.map(({ loss }) => loss),
    theirs.map(({ loss }) => loss),
  );
  return Math.max(losses, ...relative.map(Math.abs));
}
