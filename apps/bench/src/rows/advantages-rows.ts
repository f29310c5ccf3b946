import { estimatorRow } from './estimator-row.js';
import { growthRow } from './growth-row.js';
import { ledgerRow } from './ledger-row.js';
import { millionRow } from './million-row.js';
import type { Row } from './row-context.js';

const TENTH = { rule: 'at most', value: 0.1 } as const;

/**
 * The rows of `bench advantages` with their bars. A tenth of the time is asked of the estimators that give one number
 * per turn or trajectory; what gives every token its own is shown.
 */
export const ADVANTAGES_ROWS: readonly Row[] = [
  estimatorRow('grpo', 'verl', TENTH),
  estimatorRow('rloo', 'verl', TENTH),
  estimatorRow('reinforce-baseline', 'verl', null),
  estimatorRow('reinforce', 'verl', null),
  estimatorRow('gae', 'verl', null),
  estimatorRow('gtpo', 'PyTorch', null),
  growthRow(),
  millionRow(),
  ledgerRow(),
];
