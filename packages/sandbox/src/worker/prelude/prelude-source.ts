import type { SandboxLimits } from '../../sandbox-limits.js';
import { bufferConsole } from './buffer-console.js';
import { textFitter } from './fit-text.js';
import { freezeClock } from './freeze-clock.js';
import { harden } from './harden.js';
import { toolDesk } from './offer-tools.js';
import { takePrimordials } from './primordials.js';
import { seedRandom } from './seed-random.js';
import { valueShower } from './show-value.js';
import { stepRunner } from './step-runner.js';
import { trimStacks } from './trim-stacks.js';

/** The one function that is called from outside: primitive strings in, a primitive string out. */
export type Entry = (op: string, text: string, more: string) => string;

/** What the engine calls the prelude. */
export const preludeName = '<prelude>';

/** The parts, by the names that {@link assemble} calls them. */
const parts = {
  takePrimordials,
  harden,
  trimStacks,
  freezeClock,
  seedRandom,
  textFitter,
  valueShower,
  bufferConsole,
  toolDesk,
  stepRunner,
};

/**
 * The source of the prelude, which makes a fresh context ready for hostile code. It runs **inside the isolate**, before
 * any other code, and its value is the entry:
 *
 * - `entry('begin', seed, now)` seeds `Math.random` and sets the clock;
 * - `entry('tools', names)` offers host tools, as a JSON array of names;
 * - `entry('run', source)` runs source in the global scope and keeps its value or its error; a promise is waited for;
 * - `entry('answer', N, 'o…' | 'e…' | 'f…')` settles the promise of call N with a result, an error message, or that of a
 *   tool that failed;
 * - `entry('collect')`, called when the microtasks have run, returns `K<length of output>:<output><text>`, where `K` is
 *   `v` value, `x` cut short, `e` error, `s` error that is a native SyntaxError, `o` output limit, `u` value that cannot
 *   be shown, `h` error that is the failure of a host tool, `t` calls of host tools that must be answered first.
 *
 * Each part becomes its own source text, so it closes over nothing and imports nothing but types.
 */
export function preludeSource({ outputBytes, valueBytes, toolCalls, toolBytes }: SandboxLimits): string {
  const sources = Object.entries(parts).map(([name, part]) => `const ${name} = ${part.toString()};`);
  const options = JSON.stringify({ outputBytes, valueBytes, toolCalls, toolBytes, name: preludeName });
  const all = `${sources.join('\n')}\nreturn (${assemble.toString()})({${Object.keys(parts).join()}}, ${options});`;
  return `'use strict';(() => {\n${slim(all)}\n})()`;
}

/** Without indentation and whole lines of comment, and of ASCII only: every isolate copies it, a character to a byte. */
function slim(source: string): string {
  return source
    .replace(/^\s*(\/\/.*|\/\*\*.*\*\/)?$\n/gm, '')
    .replace(/^\s+/gm, '')
    .replace(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

type Options = Pick<SandboxLimits, 'outputBytes' | 'valueBytes' | 'toolCalls' | 'toolBytes'> & {
  readonly name: string;
};

/** Puts the parts together, inside the isolate. */
function assemble(of: typeof parts, { outputBytes, valueBytes, toolCalls, toolBytes, name }: Options): Entry {
  const primordials = of.takePrimordials();
  of.harden(primordials);
  of.trimStacks(primordials, name);
  const setClock = of.freezeClock(primordials);
  const seed = of.seedRandom(primordials);
  const fit = of.textFitter(primordials);
  const show = of.valueShower(primordials, fit, valueBytes);
  const output = of.bufferConsole(primordials, fit, show, outputBytes);
  const desk = of.toolDesk(primordials, toolCalls, toolBytes);
  const step = of.stepRunner(primordials, output, show, desk);
  const { apply, slice, parse } = primordials;
  return (op, text, more) => {
    switch (op) {
      case 'run':
        step.run(text);
        return '';
      case 'collect':
        return step.collect();
      case 'begin':
        seed(+text);
        setClock(+more);
        return '';
      case 'tools':
        desk.offer(parse(text) as string[]);
        return '';
      case 'answer':
        desk.answer(+text, apply(slice, more, [0, 1]), apply(slice, more, [1]));
        return '';
      default:
        return '';
    }
  };
}
