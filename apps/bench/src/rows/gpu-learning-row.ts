import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type EvaluationOutcome, pairedGain } from 'turnwise';
import { runCommand } from '../peers/run-command.js';
import { verdictOf } from '../statistics/verdict.js';
import type { Row } from './row-context.js';

const UPDATES = 20;

/** `npm start -- --backend cuda`, shortened: the accuracy on held-out tasks rises. */
export function gpuLearningRow(): Row {
  const title = `sampled accuracy after ${UPDATES} updates on the GPU`;
  return {
    id: 'learning',
    title,
    alone: true,
    measure: async () => {
      const out = join(mkdtempSync(join(tmpdir(), 'turnwise-gpu-')), 'run');
      const trainer = dirname(createRequire(import.meta.url).resolve('turnwise/package.json'));
      const options = ['--backend', 'cuda', '--updates', String(UPDATES), '--eval-tasks', '150', '--out', out];
      const { code, lines } = await runCommand(process.execPath, [
        join(trainer, 'dist', 'cli.js'),
        'train',
        ...options,
      ]);
      if (code !== 0) throw new Error(`turnwise train ${options.join(' ')}: exit code ${code}\n${lines.join('\n')}`);
      const outcomes = readFileSync(join(out, 'evaluation.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as EvaluationOutcome);
      const generator = xoroshiro128plus(1);
      const gain = pairedGain(outcomes, 'sampled', () => (generator.next() >>> 0) / 2 ** 32);
      const share = (when: 'before' | 'after'): number => {
        const own = outcomes.filter((outcome) => outcome.when === when && outcome.mode === 'sampled');
        return own.filter(({ correct }) => correct).length / own.length;
      };
      const bar = { rule: 'at least', value: 0 } as const;
      return {
        comparisons: [
          {
            title,
            against: 'before',
            unit: 'accuracy',
            ours: share('after'),
            peer: share('before'),
            ratio: gain,
            bar,
            verdict: verdictOf(gain, bar),
            samples: outcomes.length,
            othersLoad: null,
          },
        ],
        sides: [],
        notes: ['the ratio is the gain, after less before'],
      };
    },
  };
}
