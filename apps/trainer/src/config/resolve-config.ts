import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { UsageError } from '../usage-error.js';
import { type TrainConfig, trainConfigSchema } from './train-config.js';
import { camelCase, flagOf, trainOptions } from './train-options.js';

/** The options as the command line gave them, by their camel-case names; what was not given is absent. */
export type GivenOptions = Readonly<Record<string, string | undefined>>;

type Plain = Readonly<Record<string, unknown>>;

/**
 * Options of the command line to a whole config. Paths and relative module specifiers become absolute, seen from
 * `cwd`; `defaults` stand under the options and over the schema's own defaults. An option that the chosen reward or
 * estimator does not have is refused unless it says what holds anyway (`--algorithm grpo --shaping off`).
 *
 * Throws a `UsageError` that names the option, what was expected and what was given.
 */
export function resolveConfig(given: GivenOptions, cwd: string, defaults: Plain = {}): TrainConfig {
  const values = readValues(given, cwd);
  const { turnReward, shaping, discount, normaliseOver, reward, estimator, tasks, policy, ...plain } = values;
  const algorithm = plain['algorithm'] ?? 'gtpo';
  const raw = {
    ...defaults,
    ...plain,
    reward: rewardOf(String(reward ?? algorithm), { turnReward, shaping }, cwd),
    estimator: estimatorOf(String(estimator ?? algorithm), { discount, normaliseOver }, cwd),
    ...(tasks === undefined ? {} : { tasks: { kind: 'file', path: tasks } }),
    ...(policy === undefined ? {} : { policy: { kind: 'directory', path: policy } }),
  };
  if (plain['lora'] === undefined) {
    const { loraAlpha, loraTargets } = plain;
    refuse({ loraAlpha, loraTargets }, {}, 'no adapters are trained', '--lora RANK');
  }
  const parsed = trainConfigSchema.safeParse(raw, { reportInput: true });
  if (!parsed.success) throw new UsageError(parsed.error.issues.map(describeIssue).join('\n'));
  return parsed.data;
}

function readValues(given: GivenOptions, cwd: string): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { flag, value } of trainOptions) {
    const text = given[camelCase(flag)];
    if (text === undefined) continue;
    values[camelCase(flag)] = readValue(flag, value, text, cwd);
  }
  return values;
}

function readValue(flag: string, value: (typeof trainOptions)[number]['value'], text: string, cwd: string): unknown {
  switch (value) {
    case 'text':
      return text;
    case 'path':
      return resolve(cwd, text);
    case 'number': {
      const number = Number(text);
      if (text.trim() === '' || !Number.isFinite(number)) {
        throw new UsageError(`--${flag}: expected a number, got "${text}"`);
      }
      return number;
    }
    case 'switch':
      if (text !== 'on' && text !== 'off') throw new UsageError(`--${flag}: expected on or off, got "${text}"`);
      return text === 'on';
    default:
      return value satisfies never;
  }
}

function rewardOf(name: string, options: Plain, cwd: string): Plain {
  switch (name) {
    case 'gtpo':
      return { kind: name, ...given(options) };
    case 'grpo':
    case 'outcome':
      refuse(options, { turnReward: false, shaping: false }, `the reward is ${name}`, '--reward gtpo');
      return { kind: name };
    case 'format':
      refuse(options, { turnReward: true, shaping: false }, 'the reward is format', '--reward gtpo');
      return { kind: name };
    default:
      refuse(options, {}, 'the reward is a module', '--reward gtpo');
      return { kind: 'module', specifier: absoluteSpecifier(name, cwd) };
  }
}

function estimatorOf(name: string, options: Plain, cwd: string): Plain {
  const { normaliseOver, ...rest } = options;
  switch (name) {
    case 'gtpo':
      return { kind: name, ...given(options) };
    case 'grpo':
      refuse(rest, { discount: 1 }, 'the estimator is grpo', '--estimator gtpo');
      return { kind: name, ...given({ normaliseOver }) };
    default:
      refuse(options, {}, 'the estimator is a module', '--estimator gtpo');
      return { kind: 'module', specifier: absoluteSpecifier(name, cwd) };
  }
}

function given(options: Plain): Plain {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function refuse(options: Plain, holdsAnyway: Plain, because: string, remedy: string): void {
  for (const [name, value] of Object.entries(given(options))) {
    if (value === holdsAnyway[name]) continue;
    const text = value === true ? 'on' : value === false ? 'off' : String(value);
    throw new UsageError(`${flagOf(name)} ${text}: has no effect, ${because} (it goes with ${remedy})`);
  }
}

/** `./my-reward.ts` and `file:` URLs become absolute paths; package names stay as they are. */
function absoluteSpecifier(specifier: string, cwd: string): string {
  if (specifier.startsWith('file:')) return fileURLToPath(specifier);
  return /^\.{1,2}[\\/]/.test(specifier) && !isAbsolute(specifier) ? resolve(cwd, specifier) : specifier;
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const name = String(issue.path.filter((part) => part !== 'kind' && part !== 'path').at(-1) ?? 'config');
  const input = issue.input === undefined ? '' : `, got ${JSON.stringify(issue.input)}`;
  return `${flagOf(name)}: ${issue.message}${input}`;
}
