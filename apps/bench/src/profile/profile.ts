import { availableParallelism } from 'node:os';
import { Side, type SideCommand } from '../protocol/side.js';
import { median } from '../statistics/median.js';
import { EXECUTOR_LOG, ExecutorLog, type OperationTime } from './executor-log.js';

/** A kind of operation and how much of the time it takes. */
export interface ProfileLine extends OperationTime {
  /** Of the time of all cores; of all operations where these, slowed by their log, took longer. */
  readonly share: number;
}

export interface Profile {
  readonly call: string;
  /** Of one unit of work, without the log. */
  readonly ms: number;
  readonly cores: number;
  /** By kind; the last is what no operation accounts for: TensorFlow's scheduling, JavaScript, a core that waits. */
  readonly kinds: readonly ProfileLine[];
  /** Those that take longest. */
  readonly operations: readonly OperationTime[];
  /** What the products of matrices would take alone, on all cores. */
  readonly productsMs: number;
}

const KINDS: readonly (readonly [string, RegExp])[] = [
  ['products of matrices', /MatMul|Einsum/],
  ['softmax', /Softmax/],
  [
    'copies: concat, split, slice, transpose, gather, tile',
    /Concat|Split|Slice|Transpose|Gather|Tile|Pack|Inplace|Copy/,
  ],
  ['sums and means', /^(Sum|Mean|Max|Min|ArgMax|Cumsum|AddN|TopKV2)$/],
  ['loop control', /^(Enter|Exit|Merge|Switch|NextIteration|LoopCond)/],
  ['element by element', /./],
];
const PRODUCTS = 'products of matrices';
const SAMPLES = 5;
const LOGGED_RUNS = 3;

/** Measures a side of ours twice: as it is, and with the executor's log on, which tells where its time goes. */
export async function profile(command: SideCommand): Promise<Profile> {
  const { ms, call } = await unlogged(command);
  const operations = await logged(command);
  const cores = availableParallelism();
  const inOperations = operations.reduce((sum, one) => sum + one.ms, 0);
  const whole = Math.max(ms * cores, inOperations);
  const lines = KINDS.map(([operation, pattern], place) => {
    const own = operations.filter((one) => kindOf(one.operation) === place);
    const sum = (of: (time: OperationTime) => number): number => own.reduce((total, time) => total + of(time), 0);
    const time = { operation, count: sum(({ count }) => count), ms: sum((one) => one.ms) };
    return { ...time, pattern, share: time.ms / whole };
  }).map(({ pattern: _, ...line }) => line);
  const rest = whole - inOperations;
  const products = lines.find(({ operation }) => operation === PRODUCTS)?.share ?? 0;
  return {
    call,
    ms,
    cores,
    kinds: [...lines, { operation: 'not in an operation', count: 0, ms: rest, share: rest / whole }],
    operations: operations.slice(0, 12),
    productsMs: products * ms,
  };
}

const kindOf = (operation: string): number => KINDS.findIndex(([, pattern]) => pattern.test(operation));

async function unlogged(command: SideCommand): Promise<{ readonly ms: number; readonly call: string }> {
  const side = await Side.start(command);
  try {
    const samples: number[] = [];
    for (let i = 0; i < SAMPLES; i++)
      samples.push((await side.ask<{ seconds: number }>('sample', { repeats: 2 })).seconds);
    return { ms: 1000 * median(samples), call: side.ready.call };
  } finally {
    await side.end();
  }
}

async function logged(command: SideCommand): Promise<OperationTime[]> {
  const log = new ExecutorLog();
  const side = await Side.start({
    ...command,
    env: { ...command.env, ...EXECUTOR_LOG },
    onLog: (line) => log.read(line),
  });
  // Its lines come by another pipe than its answers.
  const allRead = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000));
  try {
    await allRead();
    log.clear();
    await side.ask('sample', { repeats: LOGGED_RUNS });
    await allRead();
    return log.operations(LOGGED_RUNS);
  } finally {
    await side.end();
  }
}
