import type { ToolResult } from '@turnwise/trajectory';
import type { Verdict } from './verifier.js';

/** The verdict on a program that ran: what `passes` says of its text; its own failures are incorrect, ours are ours. */
export function runVerdict(result: ToolResult, passes: (text: string) => boolean): Verdict {
  switch (result.status) {
    case 'ok':
      return { status: passes(result.text) ? 'correct' : 'incorrect' };
    case 'error':
    case 'timeout':
    case 'out-of-memory':
    case 'output-limit':
      return { status: 'incorrect' };
    case 'infrastructure-failure':
      return { status: 'infrastructure-failure', message: result.text };
    default:
      throw new RangeError(`result: must have a known status, got ${JSON.stringify(result satisfies never)}`);
  }
}
