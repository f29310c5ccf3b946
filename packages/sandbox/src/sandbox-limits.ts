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
 * | `toolCalls` | 16 | calls of host tools by one step | a `RangeError` in the code |
 * | `toolMs` | 10000 | time of one call of a host tool, which `cpuMs` and `wallMs` do not count | an `Error` in the code |
 * | `toolBytes` | 65536 | arguments of one call, and its result, as JSON in UTF-8 | an `Error` in the code |
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
  readonly toolCalls: number;
  readonly toolMs: number;
  readonly toolBytes: number;
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
  toolCalls: 16,
  toolMs: 10_000,
  toolBytes: 65_536,
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
  toolCalls: 0,
  toolMs: 1,
  toolBytes: 64,
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
