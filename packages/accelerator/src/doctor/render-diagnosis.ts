import type { TensorflowBuild } from '../install/native-layout.js';
import type { Diagnosis, InstalledBuild } from './doctor.js';

/** A diagnosis as one screen of text, each line at most as wide as its longest fact. */
export function renderDiagnosis(diagnosis: Diagnosis): string {
  const { threads } = diagnosis;
  const rows: readonly (readonly [string, string])[] = [
    ['backend', diagnosis.backend],
    ['TensorFlow', diagnosis.tensorflowVersion ?? 'none (this backend has its own kernels)'],
    ['TensorFlow.js', diagnosis.tfjsVersion],
    ['processor', `${diagnosis.processor}, ${gibibytes(diagnosis.memoryBytes)} of memory`],
    ...gpuRows(diagnosis),
    [
      'threads',
      `${threads.intraOp ?? 'unknown'} within an operation, ${threads.interOp ?? 'unknown'} between operations`,
    ],
    ['instructions', diagnosis.instructionSets?.join(' ') ?? 'unknown'],
    ['Node', `${diagnosis.node} on ${diagnosis.machine}`],
    ['cache', diagnosis.cache],
    ['installed', diagnosis.installed.map(buildText).join('; ') || 'no TensorFlow'],
    ...diagnosis.missing.map(({ backend, reason, mend }) => {
      return ['missing', `${backend}: ${reason}${mend === null ? '' : `; to mend it: ${mend}`}`] as const;
    }),
  ];
  return rows.map(([name, value]) => `${name.padEnd(14)}${value}`).join('\n');
}

function gpuRows({ gpus, noGpu }: Diagnosis): readonly (readonly ['GPU', string])[] {
  if (noGpu !== null) return [['GPU', `none: ${noGpu}`]];
  if (gpus.length === 0) return [['GPU', 'there is a device, but nvidia-smi does not tell which']];
  return gpus.map(({ name, memoryBytes, driver }) => ['GPU', `${name}, ${gibibytes(memoryBytes)}, driver ${driver}`]);
}

const BUILDS: Readonly<Record<TensorflowBuild, string>> = {
  cpu: 'TensorFlow for the processor',
  cuda: 'TensorFlow for CUDA',
  archive: "TensorFlow.js's own archive",
};

function buildText({ build, compiler }: InstalledBuild): string {
  return `${BUILDS[build]} (binding by ${compiler})`;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
