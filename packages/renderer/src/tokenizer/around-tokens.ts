import type { TokenizerPart } from './token-decoder.js';

/** Tokens that a post-processor puts before and after a text, such as a beginning of text. */
export interface AroundTokens {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/**
 * What the `post_processor` of a `tokenizer.json` adds to a single text: of `TemplateProcessing`, `BertProcessing`,
 * `RobertaProcessing`, `ByteLevel` (nothing), and of a `Sequence` of them. Throws a `RangeError` for another one.
 */
export function aroundTokens(part: TokenizerPart | null): AroundTokens {
  if (part === null) return { before: [], after: [] };
  switch (part['type']) {
    case 'ByteLevel':
      return { before: [], after: [] };
    case 'TemplateProcessing':
      return ofTemplate(part);
    case 'BertProcessing':
    case 'RobertaProcessing':
      return { before: [idOfPair(part['cls'])], after: [idOfPair(part['sep'])] };
    case 'Sequence':
      return (part['processors'] as TokenizerPart[]).map(aroundTokens).reduce((inner, outer) => ({
        before: [...outer.before, ...inner.before],
        after: [...inner.after, ...outer.after],
      }));
    default:
      throw new RangeError(
        'loadTokenizer: post_processor must be TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel or a ' +
          `Sequence of them, got ${JSON.stringify(part['type'])}`,
      );
  }
}

type TemplatePiece = { readonly SpecialToken?: { readonly id: string }; readonly Sequence?: unknown };

function ofTemplate(part: TokenizerPart): AroundTokens {
  const single = part['single'] as readonly TemplatePiece[];
  const known = part['special_tokens'] as Readonly<Record<string, { readonly ids: readonly number[] }>>;
  const ids = (pieces: readonly TemplatePiece[]) =>
    pieces.flatMap(({ SpecialToken }) => (SpecialToken === undefined ? [] : (known[SpecialToken.id]?.ids ?? [])));
  const text = single.findIndex(({ Sequence }) => Sequence !== undefined);
  return { before: ids(single.slice(0, text)), after: ids(single.slice(text + 1)) };
}

function idOfPair(pair: unknown): number {
  const id: unknown = Array.isArray(pair) ? pair[1] : undefined;
  if (!Number.isSafeInteger(id)) {
    throw new RangeError(`loadTokenizer: post_processor must name a token and its id, got ${JSON.stringify(pair)}`);
  }
  return id as number;
}
