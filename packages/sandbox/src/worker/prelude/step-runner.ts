import type { OutputBuffer } from './buffer-console.js';
import type { ToolDesk } from './offer-tools.js';
import type { Primordials } from './primordials.js';
import type { Shown } from './show-value.js';

/** One step: its state from `run` to the `collect` that ends it. */
export interface StepRunner {
  run(source: string): void;
  collect(): string;
}

export function stepRunner(primordials: Primordials, output: OutputBuffer, show: Shown, desk: ToolDesk): StepRunner {
  const { apply, evaluate, getPrototypeOf, syntaxErrorPrototype, tagOf, promiseThen } = primordials;
  // Stack traces call the code `step`.
  const ending = '\n//# sourceURL=step';
  let kind = 'x';
  let result: unknown;
  let pending = false;
  function fail(error: unknown): void {
    pending = false;
    result = error;
    const native = typeof error === 'object' && error !== null && getPrototypeOf(error) === syntaxErrorPrototype;
    kind = native ? 's' : desk.isFailure(error) ? 'h' : 'e';
  }
  function succeed(value: unknown): void {
    pending = false;
    result = value;
  }
  /** Waits for a native promise, also when the source did not say `await`. */
  function awaitIfPromise(value: unknown): void {
    if (typeof value !== 'object' || value === null || apply(tagOf, value, []) !== '[object Promise]') return;
    pending = true;
    try {
      apply(promiseThen, value, [succeed, fail]);
    } catch {
      pending = false; // only looks like a promise
    }
  }
  return {
    run(source) {
      kind = 'x';
      result = undefined;
      pending = false;
      output.clear();
      desk.clear();
      try {
        result = evaluate(`${source}${ending}`);
        kind = 'v';
        awaitIfPromise(result);
      } catch (error) {
        fail(error);
      }
    },
    collect() {
      if (kind === 'x') return 'x0:';
      // A step waits for every call that it made, also when its value does not depend on it.
      const calls = desk.open();
      if (calls !== '') return `t0:${calls}`;
      let text = '';
      if (pending) {
        kind = 'e';
        text = 'Error: the awaited promise never settles';
      } else {
        try {
          const silent = kind === 'v' && result === undefined && output.lines > 0;
          text = silent ? '' : show.bounded(kind === 'v' ? show.value(result) : show.thrown(result));
        } catch {
          kind = kind === 'v' ? 'u' : 'e';
          text = kind === 'u' ? 'the value cannot be shown as text' : 'Uncaught error that cannot be shown as text';
        }
      }
      const printed = output.text();
      if (output.flooded) {
        kind = 'o';
        text = show.bounded('the code printed many times its output limit');
      }
      const answer = `${kind}${printed.length}:${printed}${text}`;
      result = undefined;
      output.clear();
      return answer;
    },
  };
}
