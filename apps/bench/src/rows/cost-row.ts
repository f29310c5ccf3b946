import { alternate } from '../measure/alternate.js';
import { OPTIMIZER } from '../work/jobs.js';
import { batchFile, modelFolder } from '../work/work-files.js';
import { compareTimes } from './compare-times.js';
import type { Measured, Row, RowContext } from './row-context.js';
import { ourSide, peerSide, withSides } from './with-sides.js';

/** Rows and tokens of the batches whose cost is shown. */
const SHAPES = [
  [32, 64],
  [32, 256],
  [8, 128],
  [128, 128],
] as const;

/** What a training step costs at other lengths and batches: shown, not judged. */
export function costRow(): Row {
  return {
    id: 'cost',
    title: 'GTPO step at other lengths and batches, d128',
    measure: async (context) => {
      const measured: Measured[] = [];
      for (const [sequences, tokens] of SHAPES) measured.push(await measureShape(sequences, tokens, context));
      return {
        comparisons: measured.flatMap(({ comparisons }) => comparisons),
        sides: measured[0]?.sides ?? [],
        notes: [],
      };
    },
  };
}

async function measureShape(sequences: number, tokens: number, context: RowContext): Promise<Measured> {
  const checkpoint = await modelFolder('d128');
  const job = { checkpoint, batch: batchFile('d128', sequences, tokens), warmUp: 2 };
  const eager = { ...job, mode: 'eager', optimizer: OPTIMIZER };
  const commands = [
    ourSide({ kind: 'training-step', ...job }, context),
    peerSide('PyTorch eager', 'training_step', eager, context),
  ];
  return withSides(commands, async (sides) => {
    const measured = await alternate(sides, { seconds: context.full ? 20 : 4, least: 5, most: 30 });
    const title = `GTPO step, d128, ${sequences} x ${tokens} tokens`;
    return {
      comparisons: [compareTimes(measured, { title, against: 'PyTorch eager', peer: 1, bar: null })],
      sides: sides.map(({ name, ready }) => ({ name, ...ready })),
      notes: [],
    };
  });
}
