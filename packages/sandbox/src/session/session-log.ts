import { hash } from 'node:crypto';
import type { Child, ChildOutcome, FinalOutcome } from '../pool/child.js';
import type { ToolAnswerFrame } from '../protocol.js';
import { failure, resultOf } from '../result-of.js';
import type { RunResult } from '../run-result.js';

interface LoggedStep {
  readonly source: string;
  /** What host tools answered. They are not called again. */
  readonly answers: readonly ToolAnswerFrame[];
  /** What came of it, or its digest. */
  readonly digest: string;
}

/** Of SHA-256 in base 64. What is shorter is its own digest, which saves the time and takes no more room. */
const digestLength = 44;

/** The steps of a session that counted, so that its state can be made again in another isolate. */
export class SessionLog {
  readonly #steps: LoggedStep[] = [];

  get empty(): boolean {
    return this.#steps.length === 0;
  }

  add(source: string, answers: readonly ToolAnswerFrame[], result: RunResult): void {
    this.#steps.push({ source, answers, digest: digestOf(result) });
  }

  /**
   * Plays the steps in the isolate that `opening` makes, all in the child's pipe at once.
   *
   * The steps ended once, so a machine that is busy now is given more time for them.
   *
   * @returns `null` when every answer was what it was before; a loss or a failure to open; `session-lost`
   */
  async replay(
    child: Child,
    session: number,
    opening: Promise<ChildOutcome>,
    wallMs: number,
  ): Promise<FinalOutcome | RunResult | null> {
    const played = this.#steps.map(({ source, answers }) =>
      child.request({ op: 'step', session, source, answers }, wallMs),
    );
    const outcomes = await Promise.all([opening, ...played]);
    const lost = outcomes.filter((outcome) => outcome.type === 'lost');
    const blame = lost.find(({ running }) => running) ?? lost[0];
    if (blame !== undefined) return blame;
    const replies = outcomes.filter((outcome) => outcome.type === 'reply');
    const starved = replies.find(({ outcome }) => outcome.error === 'starved');
    if (starved !== undefined) return starved;
    const [opened, ...answers] = outcomes;
    if (opened?.type === 'reply' && opened.outcome.error !== null) return opened;
    const same = answers.every((answer, place) => {
      const result = answer.type === 'reply' ? resultOf(answer.outcome) : null;
      return result !== null && digestOf(result) === this.#steps[place]?.digest;
    });
    return same
      ? null
      : failure('session-lost', 'the earlier steps of the session gave other answers when played again');
  }
}

function digestOf(result: RunResult): string {
  const text = result.status === 'ok' ? result.text : `${result.kind}\n${result.output}\n${result.message}`;
  return text.length < digestLength ? text : hash('sha256', text, 'base64');
}
