import { alternate, type Sampled } from '../measure/alternate.js';
import type { Side } from '../protocol/side.js';
import { compareTimes } from './compare-times.js';
import { SIZE } from './estimator-row.js';
import type { Row } from './row-context.js';
import { ourSide, withSides } from './with-sides.js';

/** The ledger costs nothing when it is not asked for: keeping what it reads takes no time. */
export function ledgerRow(): Row {
  const title = 'GTPO, with all kept that the ledger reads';
  return {
    id: 'ledger',
    title: 'cost of the ledger',
    alone: true,
    measure: async (context) =>
      withSides([ourSide({ kind: 'advantages', ...SIZE, estimator: 'gtpo' }, context)], async ([side]) => {
        const ours = side as Side;
        const asking = (action: string): Sampled => ({ ask: (_, parameters) => ours.ask(action, parameters) });
        const sides = [asking('sample-kept'), asking('sample')];
        const measured = await alternate(sides, { seconds: context.full ? 60 : 15, least: 10, most: 40 });
        const { seconds } = await ours.ask<{ seconds: number }>('sample-credit', { repeats: 20 });
        const bar = { rule: 'at most', value: 1.15 } as const;
        return {
          comparisons: [compareTimes(measured, { title, against: 'without', peer: 1, bar })],
          sides: [{ name: ours.name, ...ours.ready }],
          notes: [`advantages of the batch and the credit of one turn: ${(1000 * seconds).toFixed(1)} ms`],
        };
      }),
  };
}
