import { type Command, InvalidArgumentError } from 'commander';
import { createSandbox, type Sandbox } from '../create-sandbox.js';

export type Language = 'javascript' | 'python';

/** What the commands that run code take on their command line. */
export interface SandboxFlags {
  readonly timeout?: number;
  readonly memory?: number;
  readonly children?: number;
  readonly wheel?: readonly string[];
  readonly import?: readonly string[];
  readonly withoutJail?: boolean;
}

export function withSandboxFlags(command: Command): Command {
  return command
    .option('--timeout <ms>', 'running time of one input (default: 1000, Python 5000)', positiveInteger)
    .option('--memory <mb>', 'memory of one session (default: 32, Python 256)', positiveInteger)
    .option('--children <n>', 'processes that serve (default: 2, Python 1)', positiveInteger)
    .option('--wheel <file>', 'a wheel of pure Python that can be imported; may be repeated', collected)
    .option('--import <module>', 'a module that Python imports once, ahead of time; may be repeated', collected)
    .option('--without-jail', 'run outside bubblewrap; Python is then no sandbox at all');
}

/** The sandbox of a language. What Python needs is loaded only for it. */
export async function openSandbox(language: Language, flags: SandboxFlags): Promise<Sandbox> {
  const { timeout, memory, children, withoutJail } = flags;
  const options = {
    limits: { ...(timeout !== undefined && { cpuMs: timeout }), ...(memory !== undefined && { memoryMb: memory }) },
    ...(withoutJail === true && { jail: 'off' as const }),
  };
  if (language === 'javascript') return createSandbox({ ...options, ...(children !== undefined && { children }) });
  const { createPythonSandbox } = await import('../python/index.js');
  const { wheel: wheels = [], import: imports = [] } = flags;
  return createPythonSandbox({ ...options, children: children ?? 1, wheels, imports });
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('It must be a positive integer.');
}

export function naturalNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('It must be an integer of at least 0.');
}
