import { readFileSync } from 'node:fs';

/** The sets that matter to TensorFlow's kernels, as Linux names them. */
const KNOWN = [
  'sse4_2',
  'avx',
  'avx2',
  'fma',
  'avx512f',
  'avx512_vnni',
  'avx512_bf16',
  'amx_tile',
  'asimd',
  'sve',
  'bf16',
];

/** The processor's instruction sets from the text of `/proc/cpuinfo`; `null` if it names none. */
export function instructionSets(cpuinfo: string | null = readCpuinfo()): readonly string[] | null {
  const flags = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo ?? '')?.[1]?.split(' ');
  return flags === undefined ? null : KNOWN.filter((name) => flags.includes(name));
}

function readCpuinfo(): string | null {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return null;
  }
}
