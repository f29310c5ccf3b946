import { asciiDigits } from './normalize-answer.js';

const MAX_TEXT = 30_000;
const MAX_BOXES = 16;

/** An answer as it stands in a text, and whether it was marked as the answer or is only the last expression. */
export interface FoundAnswer {
  readonly text: string;
  readonly by: 'box' | 'whole' | 'cue' | 'last';
}

/** Says whether a piece of text can be read as an answer. */
export type CanRead = (text: string) => boolean;

const CONNECTOR = /^(?:[\s$,;.]|\\q?quad|\\text\s*\{\s*(?:and|or)\s*\}|\band\b|\bor\b|\\[[\]()])*$/;
const PERCENT_AFTER = /^\s*\}?\s*(?:\$|\\[)\]])?\s*(?:\\?%|per\s?cent(?:age)?\b|pct\b)/i;
/** "The answer is", in some languages. */
const CUE =
  /(?:(?:the\s+)?(?:final|correct|right)?\s*\banswer(?:\s+to[^.:\n]{0,80})?\s*(?:is|are|:|=)|\bresult\s*(?:is|:)|(?:réponse|respuesta|resposta|risposta|resultado|solución|solution|Antwort|Lösung|ответ)\s*(?:(?:finale?|final|correcta?)\s*)?(?:est|es|é|è|ist|lautet|is|:|=|-|—)|答案(?:是|为|為|：|:)|答えは|正解は|الجواب(?:\s+هو|:)?|الإجابة(?:\s+هي|:)?|उत्तर(?:\s+है|:)?)[\s:=]*/giu;
/** Text of a program, not of an answer: the last number in it answers nothing. */
const PROGRAM = /\w\s*\(\s*['"`]|__\w+__|\blambda\b|\bimport\b|=>|\bdef \w/;

/**
 * Finds the final answer in a model's text: the last `\boxed{}` (with others that only "and" or a comma parts from it),
 * else the whole text when it is nothing but an answer, else what follows "the answer is", else the last mathematical
 * expression or number. Thinking in `<think>` tags is left out; only the last 30,000 characters are searched.
 *
 * @returns `null` when there is none.
 */
export function extractAnswer(given: string, canRead: CanRead, boxes: 'last' | 'all' = 'last'): FoundAnswer | null {
  const text = asciiDigits(
    spoken(
      given
        .slice(-MAX_TEXT)
        .replace(/[^\S\n]+/g, ' ')
        .replace(/\n\s*/g, '\n'),
    ),
  );
  if (text.trim() === '') return null;
  const boxed = lastBox(text, boxes);
  if (boxed !== null) return boxed.trim() === '' ? null : { text: boxed, by: 'box' };
  if (text.length <= 1_000 && !isProse(text) && canRead(text)) return { text, by: 'whole' };
  const cued = afterCue(text);
  const found = cued === null ? null : leading(cued, canRead);
  if (found !== null) return { text: found, by: 'cue' };
  const last = lastExpression(cued ?? text, canRead) ?? (cued === null ? null : lastExpression(text, canRead));
  return last === null ? null : { text: last, by: 'last' };
}

/** Without thinking, special tokens and what a runaway sample wrote after its turn. */
function spoken(text: string): string {
  const end = text.lastIndexOf('</think>');
  let said = end >= 0 ? text.slice(end + '</think>'.length) : text;
  const open = said.indexOf('<think>');
  if (open >= 0) said = said.slice(0, open);
  const next = said.search(/<\|(?:im_start|im_end|endoftext|eot_id|end)\|>/);
  return (next > 0 ? said.slice(0, next) : said).replace(/<\/?answer>/g, ' ');
}

interface Box {
  readonly start: number;
  readonly end: number;
  readonly inner: string;
}

function lastBox(text: string, which: 'last' | 'all'): string | null {
  const boxes: Box[] = [];
  let from = text.length;
  for (let tries = 0; tries < MAX_BOXES && from >= 0; tries++) {
    const start = Math.max(text.lastIndexOf('\\boxed', from), text.lastIndexOf('\\fbox', from));
    if (start < 0) break;
    const box = boxAt(text, start);
    const next = boxes[0];
    if (next !== undefined && which === 'last' && !CONNECTOR.test(gapOf(text, box.end, next.start))) break;
    if (next === undefined || box.end <= next.start) boxes.unshift(box);
    from = start - 1;
  }
  const last = boxes.at(-1);
  if (last === undefined) return null;
  const percent = PERCENT_AFTER.test(text.slice(last.end, last.end + 40)) ? '\\%' : '';
  return boxes.map(({ inner }) => inner).join(' , ') + percent;
}

/** What stands between two formulas, if it is short enough to be a connector. */
function gapOf(text: string, from = 0, to = 0): string {
  return to - from > 60 ? 'far' : text.slice(from, to);
}

/** The box that begins at `start`; one that is never closed goes on to the end of its line. */
function boxAt(text: string, start: number): Box {
  const open = text.slice(start, start + 12).search(/[{ ]/) + start;
  const brace = text.indexOf('{', start);
  if (brace < 0 || brace > start + 12) {
    const word = /^\\(?:boxed|fbox)\s*(\S{0,100})/.exec(text.slice(start, start + 120))?.[1] ?? '';
    return { start, end: open + word.length + 1, inner: word.replace(/\$.*$/, '') };
  }
  let depth = 0;
  for (let i = brace; i < text.length; i++) {
    if (text[i] === '\\') {
      i += 1;
      continue;
    }
    if (text[i] === '{') depth += 1;
    if (text[i] === '}' && --depth === 0) return { start, end: i + 1, inner: text.slice(brace + 1, i) };
  }
  const line = text.indexOf('\n', brace);
  const end = line < 0 ? text.length : line;
  return { start, end, inner: text.slice(brace + 1, end).replace(/\s*(?:\\\]|\\\)|\$+|\})\s*\.?\s*$/, '') };
}

/** Whether a text is prose: two words or more that are neither LaTeX nor a unit behind a number. */
function isProse(text: string): boolean {
  const bare = text
    .replace(/\\(?:text|mbox|textbf|textnormal|mathrm|operatorname|begin|end)\s*\{[^{}]*\}/g, ' ')
    .replace(/\\[a-zA-Z]+/g, ' ');
  const words =
    bare.match(/\p{L}{2,}/gu)?.filter((word) => !/^(?:and|or|sqrt|sin|cos|tan|log|ln|pi|mod|[A-Z]+)$/.test(word)) ?? [];
  if (words.length >= 2) return !/^[\s$]*-?[\d.,/]+[\s$]*\p{L}[^\d=<>]*$/u.test(text);
  return words.length === 1 && /[.!?:]\s+\S|\p{L}{4,}[\s$]*[\d\\]/u.test(text.trim());
}

/** What follows the last cue. */
function afterCue(text: string): string | null {
  let found: string | null = null;
  for (const cue of text.matchAll(CUE))
    found = text.slice(cue.index + cue[0].length, cue.index + cue[0].length + 2_000);
  return found === null || found.trim() === '' ? null : found;
}

/** The expression at the beginning of a text: a formula, or what stands before the first word. */
function leading(text: string, canRead: CanRead): string | null {
  const start = text.replace(/^[\s*:=]+/, '');
  const spans = mathSpans(start).slice(0, 8);
  if (spans[0]?.start === 0) {
    let end = 0;
    while (spans[end + 1] !== undefined && CONNECTOR.test(gapOf(start, spans[end]?.end, spans[end + 1]?.start)))
      end += 1;
    const formula = start.slice(0, spans[end]?.end) + percentAfter(start, spans[end]?.end ?? 0);
    if (canRead(formula)) return formula;
  }
  const sentence = /^[^\n]{0,400}?(?=[.!?。](?:\s|$)|\n|$)/.exec(start)?.[0] ?? '';
  if (sentence !== '' && !isProse(sentence) && canRead(sentence)) return sentence;
  const head = /^-?[^\p{L}\n]{1,200}(?:sqrt[^\p{L}\n]{1,100})?/u.exec(sentence)?.[0]?.replace(/[\s,(]+$/, '') ?? '';
  return /\d/.test(head) && canRead(head) ? head : null;
}

function percentAfter(text: string, end: number): string {
  return PERCENT_AFTER.test(text.slice(end, end + 20)) ? '\\%' : '';
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly inner: string;
}

const CLOSING: Readonly<Record<string, string>> = { $$: '$$', $: '$', '\\[': '\\]', '\\(': '\\)' };

/** The formulas of a text in order: `$..$`, `$$..$$`, `\(..\)`, `\[..\]`. A dollar sign of money opens none. */
function mathSpans(text: string): Span[] {
  const spans: Span[] = [];
  const never = new Set<string>();
  const opening = /(?<!\\)(\$\$|\$|\\\[|\\\()/g;
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const mark = found[1] as string;
    const closing = CLOSING[mark] as string;
    const inside = found.index + mark.length;
    const close = never.has(closing) ? -1 : closeOf(text, closing, inside);
    if (close < 0) never.add(closing);
    const inner = close < 0 ? '' : text.slice(inside, close);
    if (close < 0 || (mark === '$' && (inner.length > 2_000 || isProse(inner) || inner.trim() === ''))) continue;
    spans.push({ start: found.index, end: close + closing.length, inner });
    opening.lastIndex = close + closing.length;
  }
  return spans;
}

function closeOf(text: string, closing: string, from: number): number {
  let at = text.indexOf(closing, from);
  while (at > 0 && closing === '$' && text[at - 1] === '\\') at = text.indexOf(closing, at + 1);
  return at;
}

const NUMBER =
  /(?<![\p{L}\p{N}_.,^{\\])-?(?:\d{1,3}(?:[, ]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?|\.\d+)(?:\s?\/\s?\d+(?:\.\d+)?)?(?:\s?\\?%|\s?per\s?cent(?:age)?)?(?![a-zA-Z_]\w|\d)/gu;

/** "4 or 5" is two answers, so naming both does not pay; "not 5" is none. */
const ALTERNATIVE = /^\s*,?\s*or\s*$/;
const DENIED = /(?:\bnot|n't)\s+$/;

/** The last formula or number of a text, formulas that "and" joins as one. */
function lastExpression(text: string, canRead: CanRead): string | null {
  if (PROGRAM.test(text)) return null;
  const spans = mathSpans(text);
  const numbers = [...text.matchAll(NUMBER)].slice(-40).map(
    (found): Span => ({
      start: found.index,
      end: found.index + found[0].length,
      inner: found[0],
    }),
  );
  let symbol: string | null = null;
  let tries = 0;
  let [s, n] = [spans.length - 1, numbers.length - 1];
  while ((s >= 0 || n >= 0) && tries++ < 8) {
    const [span, number] = [spans[s], numbers[n]];
    if (number !== undefined && (span === undefined || number.start >= span.end)) {
      if (DENIED.test(text.slice(Math.max(0, number.start - 12), number.start))) return null;
      let first = n;
      while (first > 0 && ALTERNATIVE.test(gapOf(text, numbers[first - 1]?.end, numbers[first]?.start))) first -= 1;
      const whole = text.slice(numbers[first]?.start, number.end);
      if (canRead(whole)) return whole;
      n -= 1;
      continue;
    }
    if (span === undefined) break;
    let first = s;
    while (
      first > 0 &&
      s - first < MAX_BOXES &&
      CONNECTOR.test(gapOf(text, spans[first - 1]?.end, spans[first]?.start))
    )
      first -= 1;
    const formula = text.slice(spans[first]?.start, span.end) + percentAfter(text, span.end);
    if (canRead(formula)) {
      if (!/^\s*\\?[a-zA-Z]*\s*$/.test(span.inner)) return formula;
      symbol ??= formula;
      s -= 1;
      continue;
    }
    // No formula after all: its numbers count as those of prose.
    s -= 1;
  }
  return symbol;
}
