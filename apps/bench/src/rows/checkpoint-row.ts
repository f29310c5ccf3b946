import { type AlternatedRuns, alternateRuns, type RunReport } from '../measure/alternate-runs.js';
import type { Ready, SideCommand } from '../protocol/side.js';
import type { Comparison } from '../result.js';
import { median } from '../statistics/median.js';
import { verdictOf } from '../statistics/verdict.js';
import { type CheckpointJob, OPTIMIZER, type Sampled } from '../work/jobs.js';
import { randomModelFolder } from '../work/work-files.js';
import { compareDifference } from './compare-difference.js';
import { compareTimes } from './compare-times.js';
import type { Row } from './row-context.js';
import { ourSide, peerSide, withSides } from './with-sides.js';

const NEW_TOKENS = 32;
const MOST_BYTES = 10 * 2 ** 30;
const AGAINST = 'transformers + PEFT';

/** What a side says of its run, in seconds and bytes. */
interface Report extends Ready, RunReport {
  readonly load: number;
  readonly sample: number;
  readonly firstStep: number;
  /** Mean of the steps after the first. */
  readonly nextStep: number;
  readonly peakBytes: number;
  readonly logprobDifference: number;
}

const PHASES: readonly (readonly [title: string, of: (report: Report) => number])[] = [
  [`load, ${NEW_TOKENS} tokens and a LoRA step`, ({ load, sample, firstStep }) => load + sample + firstStep],
  ['load', ({ load }) => load],
  [`${NEW_TOKENS} tokens after a prompt of 32, the first ones`, ({ sample }) => sample],
  ['LoRA step on 64 tokens, the first one', ({ firstStep }) => firstStep],
  ['LoRA step on 64 tokens, later ones', ({ nextStep }) => nextStep],
];

/**
 * Random weights in the shape of Qwen3-0.6B: loaded, 32 tokens sampled, steps of LoRA on them, and the memory of all that.
 * Every sample is a process of its own, and only one of them is alive.
 */
export function checkpointRow(): Row {
  return {
    id: 'qwen3-0.6b',
    title: 'Qwen3-0.6B in shape, float32',
    measure: async (context) => {
      const prompt = Array.from({ length: 32 }, (_, i) => 1000 + 37 * i);
      const checkpoint = await randomModelFolder();
      const job: CheckpointJob = { checkpoint, prompt, newTokens: NEW_TOKENS, rank: 16, moreSteps: 4 };
      const ours = (graphs: boolean): SideCommand => ourSide({ kind: 'checkpoint', ...job, graphs }, context);
      // One run of each is not counted: it reads all files into memory, and ours gives the tokens to train on.
      const { tokenIds, behaviourLogprobs } = (await runOf(ours(false))) as Report & Sampled;
      const peer = peerSide(
        AGAINST,
        'checkpoint',
        { ...job, tokenIds, behaviourLogprobs, optimizer: OPTIMIZER },
        context,
      );
      await runOf(peer);
      const commands = [ours(false), peer];
      const limits = { seconds: context.full ? 1200 : 360, least: 3, most: context.full ? 20 : 6 };
      const run = async (side: number): Promise<Report> => {
        const command = commands[side] as SideCommand;
        const report = await runOf(command);
        context.report(`  ${command.name}: ${PHASES.map(([, of]) => of(report).toFixed(1)).join(', ')} s`);
        return report;
      };
      const measured = await alternateRuns(run, { sides: 2, ...limits });
      const [own, its] = measured.reports as [Report[], Report[]];
      const graphs = await runOf(ours(true));
      return {
        comparisons: [
          ...PHASES.map(([title, of]) => phase(measured, title, of)),
          memoryComparison(own, its),
          compareDifference('log-probabilities, sampler against learner', 'itself', differenceOf(own), 1e-4),
          compareDifference('log-probabilities of the tokens', AGAINST, differenceOf(its), 1e-3),
        ],
        sides: [saying('Turnwise', own), saying(AGAINST, its)],
        notes: [
          'each sample is a process of its own, timed from when its libraries are imported; the weights lie in the page cache',
          `peak memory may be ${(MOST_BYTES / 1e6).toFixed(0)} MB (10 GiB); taken off ${AGAINST}: ${megabytes(its, 'cudaLibraryBytes')} MB of unused CUDA libraries`,
          `with graphs: true, one run: first step ${graphs.firstStep.toFixed(1)} s, later ones ${graphs.nextStep.toFixed(2)} s; peak ${megabytes([graphs], 'peakBytes')} MB`,
        ],
      };
    },
  };
}

/** Runs a side from beginning to end: it has done its work when it is ready. */
function runOf(command: SideCommand): Promise<Report> {
  return withSides([command], async ([side]) => side?.ready as Report);
}

function phase({ reports, othersLoad }: AlternatedRuns<Report>, title: string, of: (r: Report) => number): Comparison {
  const seconds = reports.map((runs) => runs.map(of));
  const bar = { rule: 'at most', value: 1 } as const;
  return compareTimes({ seconds, othersLoad }, { title, against: AGAINST, peer: 1, bar });
}

/** Ours is held to 10 GiB; the peer's is shown. */
function memoryComparison(own: readonly Report[], its: readonly Report[]): Comparison {
  const [ours, peer] = [own, its].map((runs) => Math.max(...runs.map(({ peakBytes }) => peakBytes))) as [
    number,
    number,
  ];
  const mean = ours / MOST_BYTES;
  const ratio = { mean, low: mean, high: mean };
  const bar = { rule: 'at most', value: 1 } as const;
  return {
    title: 'peak memory of all that, over 10 GiB',
    against: AGAINST,
    unit: 'MB',
    ours: ours / 1e6,
    peer: peer / 1e6,
    ratio,
    bar,
    verdict: verdictOf(ratio, bar),
    samples: own.length,
    othersLoad: null,
  };
}

function differenceOf(runs: readonly Report[]): number {
  return Math.max(...runs.map(({ logprobDifference }) => logprobDifference));
}

function megabytes(runs: readonly Report[], field: string): string {
  return (median(runs.map((run) => Number(run[field]))) / 1e6).toFixed(0);
}

/** What a side says of itself, without what was measured. */
function saying(name: string, runs: readonly Report[]): Ready & { readonly name: string } {
  const { call, versions, threads, parameters } = runs[0] as Report;
  return { name, call, versions, threads, parameters };
}
