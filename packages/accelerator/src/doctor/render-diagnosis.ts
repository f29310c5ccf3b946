import type { Diagnosis } from './doctor.js';

/** A diagnosis as one screen of text, each line at most as wide as its longest fact. */
export function renderDiagnosis(diagnosis: Diagnosis): string {
  const { threads } = diagnosis;
  const rows: readonly (readonly [string, string])[] = [
    ['backend', diagnosis.backend],
    ['TensorFlow', diagnosis.tensorflowVersion ?? 'none (this backend has its own kernels)'],
    ['TensorFlow.js', diagnosis.tfjsVersion],
    ['device', diagnosis.devices.join(', ')],
    ['memory', `${(diagnosis.memoryBytes / 2 ** 30).toFixed(1)} GiB`],
    [
      'threads',
      `${threads.intraOp ?? 'unknown'} within an operation, ${threads.interOp ?? 'unknown'} between operations`,
    ],
    ['instructions', diagnosis.instructionSets?.join(' ') ?? 'unknown'],
    ['Node', `${diagnosis.node} on ${diagnosis.machine}`],
    ['cache', diagnosis.cache],
    ['compiler', diagnosis.compiler ?? 'none used'],
    ...diagnosis.missing.map(({ backend, reason, mend }) => {
      return ['missing', `${backend}: ${reason}${mend === null ? '' : `; to mend it: ${mend}`}`] as const;
    }),
  ];
  return rows.map(([name, value]) => `${name.padEnd(14)}${value}`).join('\n');
}
