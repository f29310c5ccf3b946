/**
 * What one input may use.
 *
 * | limit | default | of what | when passed |
 * |---|---|---|---|
 * | `cpuMs` | 1000 | running time of one step inside its isolate | `timeout` |
 * | `wallMs` | 2000 | time of one step at the supervisor, which then ends the process | `timeout` |
 * | `memoryMb` | 32 | JavaScript heap of one session | `memory`, or a `RangeError` in the code for one large buffer |
 * | `hardMemoryMb` | 1024 | resident memory of one child process | `memory` |
 * | `outputBytes` | 8192 | printed text of one step, UTF-8 | cut and marked; `output-limit` at 16 times that |
 * | `valueBytes` | 4096 | text of the value, or of the error, UTF-8 | cut and marked |
 * | `sourceBytes` | 65536 | source of one step, UTF-8 | `source-too-large` |
 * | `stepsPerSession` | 256 | steps of one session | `runtime` |
 */
export interface SandboxLimits {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly memoryMb: number;
  readonly hardMemoryMb: number;
  readonly outputBytes: number;
  readonly valueBytes: number;
  readonly sourceBytes: number;
  readonly stepsPerSession: number;
}

/** The defaults of the table above. */
export const defaultSandboxLimits: SandboxLimits = {
  cpuMs: 1000,
  wallMs: 2000,
  memoryMb: 32,
  hardMemoryMb: 1024,
  outputBytes: 8192,
  valueBytes: 4096,
  sourceBytes: 65_536,
  stepsPerSession: 256,
};

const least: SandboxLimits = {
  cpuMs: 10,
  wallMs: 10,
  memoryMb: 8,
  hardMemoryMb: 128,
  outputBytes: 64,
  valueBytes: 64,
  sourceBytes: 1,
  stepsPerSession: 1,
};

const most = 2 ** 30;

/**
 * Fills what is missing from the defaults. A missing `wallMs` is twice `cpuMs`.
 *
 * @throws RangeError for an unknown name, or a value that is no integer from the least that works (10 ms, 8 MB of heap,
 *   128 MB of process, 64 bytes of text, else 1) to 2^30, or a `wallMs` below `cpuMs`.
 */
export function resolveSandboxLimits(limits: Partial<SandboxLimits> = {}): SandboxLimits {
  const filled: Record<string, number> = { ...defaultSandboxLimits };
  for (const [name, value] of Object.entries(limits)) {
    const lower = least[name as keyof SandboxLimits];
    if (lower === undefined) {
      throw new RangeError(`limits: a name must be one of ${Object.keys(least).join(', ')}, got ${name}`);
    }
    if (value === undefined) continue;
    if (!Number.isInteger(value) || value < lower || value > most) {
      throw new RangeError(`limits.${name}: must be an integer from ${lower} to ${most}, got ${value}`);
    }
    filled[name] = value;
  }
  if (limits.wallMs === undefined) filled['wallMs'] = 2 * (limits.cpuMs ?? defaultSandboxLimits.cpuMs);
  const resolved = filled as unknown as SandboxLimits;
  if (resolved.wallMs < resolved.cpuMs) {
    throw new RangeError(`limits.wallMs: must be at least cpuMs (${resolved.cpuMs}), got ${resolved.wallMs}`);
  }
  return resolved;
}
