import type { Task } from '@turnwise/trajectory';
import { normalizedText } from './normalized-text.js';
import type { Verifier } from './verifier.js';

/** Options of `choiceMatch`. */
export interface ChoiceMatchOptions<T extends Task> {
  /** Letter of the right choice, as `B`. */
  readonly expected: (task: T) => string;
  /** The texts of the choices, A first; then a choice may be given by its text. */
  readonly choices?: (task: T) => readonly string[];
}

const LABELLED = /^[\s*"'$]*\(?\s*([A-Za-z])\s*(?:$|[).:\]*"'$,;]|\s-\s)/;
const CUED = /\b(?:[Aa]nswer|ANSWER|[Cc]hoice|[Oo]ption)(?:\s+is)?\s*:?[\s*"'$]*\(?([A-Z])\b(?!')/g;

/**
 * Correct when the final answer names the right choice, by its letter (`B`, `(b)`, `B) Paris`, `The answer is B`) or by
 * its text. An answer that names more than one letter after "answer", "choice" or "option" is incorrect: listing every
 * choice must not pay.
 *
 * @throws RangeError (the verifier) for an expected letter that is none, or that is not among the choices.
 */
export function choiceMatch<T extends Task>({ expected, choices }: ChoiceMatchOptions<T>): Verifier<T> {
  return async (task, { answer }) => {
    const letter = expected(task).trim().toUpperCase();
    const texts = choices?.(task) ?? [];
    const index = letter.charCodeAt(0) - 65;
    if (!/^[A-Z]$/.test(letter) || (texts.length > 0 && index >= texts.length)) {
      throw new RangeError(
        `expected: must be the letter of a choice in task ${task.id}, got ${JSON.stringify(letter)}`,
      );
    }
    return { status: answer !== null && chosen(answer, texts) === letter ? 'correct' : 'incorrect' };
  };
}

/** The letter that an answer chooses, `null` for none or more than one. */
function chosen(answer: string, texts: readonly string[]): string | null {
  const normal = normalizedText(answer);
  const named = texts.flatMap((text, i) => (normal !== '' && normalizedText(text) === normal ? [i] : []));
  if (named.length === 1) return String.fromCharCode(65 + (named[0] as number));
  const cued = new Set([...answer.matchAll(CUED)].map((found) => found[1]));
  if (cued.size > 1) return null;
  const label = LABELLED.exec(answer)?.[1]?.toUpperCase() ?? null;
  const [only = null] = cued;
  const rest = label === null ? '' : answer.replace(LABELLED, '');
  if (label !== null && /(?:^|[\s,;])(?:and|or|,)?\s*\(?[A-Z][).,]?(?=\s|$)/.test(rest) && texts.length === 0)
    return null;
  if (label !== null && texts.length > 0 && rest.trim() !== '' && cued.size === 0) {
    return normalizedText(rest) === normalizedText(texts[label.charCodeAt(0) - 65] ?? '') ? label : null;
  }
  return label ?? only ?? null;
}
