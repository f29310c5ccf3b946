import { type TrajectoryLine, trajectoryLineSchema } from './trajectory-line.js';

/**
 * The value itself as a line, if it is one and its head agrees with its body.
 *
 * Throws a `RangeError` that begins with `name` and says where the first fault is, what was expected and what was got.
 */
export function checkedLine(name: string, value: unknown): TrajectoryLine {
  const parsed = trajectoryLineSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path ?? [];
    throw new RangeError(`${name}: ${pathText(path)}: ${issue?.message ?? 'invalid'}, got ${shown(at(value, path))}`);
  }
  const line = value as TrajectoryLine;
  for (const [where, expected, got] of agreements(line)) {
    if (expected !== got) throw new RangeError(`${name}: ${where} must be ${expected}, got ${got}`);
  }
  return line;
}

/** What the head must say of the body, and lengths of the body that must agree. */
function agreements(line: TrajectoryLine): [where: string, expected: unknown, got: unknown][] {
  const { turns, turnCount, tokenCounts, policyVersions } = line;
  return [
    ['turnCount', turns.length, turnCount],
    ['tokenCounts.prompt', line.promptTokenIds.length, tokenCounts.prompt],
    ['tokenCounts.action', tokenCount(turns, ({ actionTokenIds }) => actionTokenIds), tokenCounts.action],
    ['tokenCounts.observation', tokenCount(turns, (turn) => turn.observationTokenIds), tokenCounts.observation],
    ['policyVersions', policyVersionsOf(turns).join(' '), policyVersions.join(' ')],
    ...turns.flatMap((turn, index): [string, unknown, unknown][] => [
      [`the length of turns[${index}].behaviourLogprobs`, turn.actionTokenIds.length, turn.behaviourLogprobs.length],
      [
        `observationTokenIds beside results in turns[${index}]`,
        turn.results !== null,
        turn.observationTokenIds !== null,
      ],
      [`reward in turns[${index}]`, line.reward !== undefined, turn.reward !== undefined],
      [`the parts of turns[${index}].reward`, partsOf(line), partsOf(turn)],
    ]),
  ];
}

export function tokenCount<T>(turns: readonly T[], tokenIds: (turn: T) => readonly number[] | null): number {
  return turns.reduce((sum, turn) => sum + (tokenIds(turn)?.length ?? 0), 0);
}

/** The distinct versions, ascending. */
export function policyVersionsOf(turns: readonly { readonly policyVersion: number }[]): number[] {
  return [...new Set(turns.map(({ policyVersion }) => policyVersion))].sort((a, b) => a - b);
}

function partsOf({ reward }: { readonly reward?: { readonly parts: Readonly<Record<string, number>> } }): string {
  return Object.keys(reward?.parts ?? {})
    .sort()
    .join(' ');
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}

function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the line';
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`))
    .join('');
}

function shown(value: unknown): string {
  if (typeof value === 'number' || value === undefined) return String(value);
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
