import { alternate } from '../measure/alternate.js';
import { Side, type SideCommand } from '../protocol/side.js';
import type { Size } from '../sizes.js';
import type { Bar } from '../statistics/verdict.js';
import { OPTIMIZER, type TrainingJob } from '../work/jobs.js';
import { batchFile, modelFolder } from '../work/work-files.js';
import { compareDifference, greatestDifference } from './compare-difference.js';
import { compareMemory } from './compare-memory.js';
import { compareTimes, notCompared } from './compare-times.js';
import type { Measured, Row, RowContext } from './row-context.js';
import { ourSide, peerSide, withSides } from './with-sides.js';

interface Step {
  readonly loss: number;
  readonly gradNorm: number;
}

const WARM_UP = 3;
const SEQUENCES = 32;
const TOKENS = 128;

/** Seconds of sampling per row: the larger the model, the longer a sample. */
const SECONDS: Readonly<Record<Size, number>> = { d128: 12, d256: 25, d512: 50 };

/**
 * The GTPO training step on 32 x 128 tokens against the same step in PyTorch, eager and compiled. The losses and
 * gradient norms of the first updates must agree: then weights, loss, clipping and optimizer are the same.
 */
export function trainingRow(size: Size, bar: Bar | null): Row {
  const title = `GTPO step, ${size}, ${SEQUENCES} x ${TOKENS} tokens`;
  return {
    id: `step-${size}`,
    title,
    measure: async (context) => {
      const job = await trainingJob(size);
      const peer = (name: string, mode: 'eager' | 'compile') =>
        peerSide(name, 'training_step', { ...job, mode, optimizer: OPTIMIZER }, context);
      const commands = [ourSide({ kind: 'training-step', ...job }, context), peer('PyTorch eager', 'eager')];
      return withSides(commands, async ([ours, eager]) => {
        const compiled = await startOrReason(peer('torch.compile', 'compile'));
        const sides = [ours as Side, eager as Side, ...(compiled instanceof Side ? [compiled] : [])];
        try {
          return await measureSides(sides, { title, size, bar, context, compiled });
        } finally {
          if (compiled instanceof Side) await compiled.end();
        }
      });
    },
  };
}

export async function trainingJob(size: Size): Promise<TrainingJob> {
  return {
    checkpoint: await modelFolder(size),
    batch: batchFile(size, SEQUENCES, TOKENS),
    warmUp: WARM_UP,
  };
}

/** Without a C++ compiler there is no torch.compile, and the rest is measured all the same. */
async function startOrReason(command: SideCommand): Promise<Side | string> {
  try {
    return await Side.start(command);
  } catch (error) {
    return (error as Error).message;
  }
}

interface Given {
  readonly title: string;
  readonly size: Size;
  readonly bar: Bar | null;
  readonly context: RowContext;
  readonly compiled: Side | string;
}

async function measureSides(sides: readonly Side[], { title, size, bar, context, compiled }: Given): Promise<Measured> {
  const [ours, eager, ...more] = sides as [Side, Side, ...Side[]];
  const seconds = SECONDS[size] * (context.full ? 4 : 1);
  const measured = await alternate(sides, { seconds, least: 5, most: context.full ? 100 : 30 });
  const notSlower = bar === null ? null : ({ rule: 'at most', value: 1 } as const);
  const steps = [eager, ...more].map(({ ready }) => stepDifference(stepsOf(ours.ready), stepsOf(ready)));
  const against = 'PyTorch eager';
  const memory = await compareMemory({ title, against }, ours, eager, context);
  return {
    comparisons: [
      compareTimes(measured, { title, against, peer: 1, bar }),
      more.length === 0
        ? notCompared({ title, against: 'torch.compile', bar: notSlower })
        : compareTimes(measured, { title, against: 'torch.compile', peer: 2, bar: notSlower }),
      memory.comparison,
      compareDifference(
        `${title}: loss and gradient norm of ${WARM_UP} updates`,
        'all peers',
        Math.max(...steps),
        1e-3,
      ),
    ],
    sides: sides.map(({ name, ready: { steps: _, ...ready } }) => ({ name, ...ready }) as Measured['sides'][number]),
    notes: [
      `first step, compiling included: ${sides.map(firstSeconds).join(', ')}; not in the samples`,
      ...(typeof compiled === 'string' ? [`torch.compile not run: ${compiled}`] : []),
      ...memory.notes,
    ],
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
