import { exactMatch, numericMatch, programTests, type Verifier } from '@turnwise/rewards';
import type { CodeRunner } from '@turnwise/trajectory';
import type { HiddenRow, TrainerTask, UnitTest } from './task-schema.js';

/** Judges an answer as the row's `verifier` says. Programs run in the sandbox behind `runner`. */
export function taskVerifier(runner: CodeRunner): Verifier<TrainerTask> {
  const byKind: Record<HiddenRow['verifier']['kind'], Verifier<TrainerTask>> = {
    number: numericMatch({
      expected: (task) => verifierOf(task, 'number').expected,
      relativeTolerance: (task) => verifierOf(task, 'number').tolerance,
    }),
    text: exactMatch({ expected: (task) => verifierOf(task, 'text').expected }),
    program: programTests({ runner, tests: (task): readonly UnitTest[] => verifierOf(task, 'program').hiddenTests }),
  };
  return (task, trajectory, signal) => byKind[task.hidden.verifier.kind](task, trajectory, signal);
}

type VerifierRow<K> = Extract<HiddenRow['verifier'], { kind: K }>;

function verifierOf<K extends HiddenRow['verifier']['kind']>(task: TrainerTask, kind: K): VerifierRow<K> {
  const { verifier } = task.hidden;
  if (verifier.kind !== kind) throw new RangeError(`verifier: must be of kind ${kind}, got ${verifier.kind}`);
  return verifier as VerifierRow<K>;
}

/** What the verifier would have accepted, for a reader. */
export function expectedAnswer({ hidden: { verifier } }: TrainerTask): string {
  switch (verifier.kind) {
    case 'number':
    case 'text':
      return String(verifier.expected);
    case 'program':
      return verifier.hiddenTests
        .map(({ args, expected }) => `f(${args.join(',')}) = ${JSON.stringify(expected)}`)
        .join(', ');
  }
}
