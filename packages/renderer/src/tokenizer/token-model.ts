import type { TokenizerPart } from './token-decoder.js';

/** The `model` of a `tokenizer.json`, checked. */
export interface TokenModel {
  /** For `@huggingface/tokenizers`, without the tokens that plain text must never give. */
  readonly plain: TokenizerPart;
  /** Every token with its id. */
  readonly ids: ReadonlyMap<string, number>;
}

/**
 * Checks the model, and takes the control tokens out of its vocabulary and its merges: with them, a vocabulary whose
 * merges spell `</s>` would read it in any text. The unknown token stays, since it stands for characters, not for
 * control.
 *
 * Throws a `RangeError` for a model that is not `BPE` or `Unigram`, for what changes ids from call to call or marks
 * parts of words (`dropout`, prefixes, suffixes), for an id that is not an integer of at least 0, and for a merge of
 * tokens that the vocabulary lacks.
 */
export function tokenModel(model: unknown, controlIds: ReadonlySet<number>): TokenModel {
  if (typeof model !== 'object' || model === null) {
    throw new RangeError(`loadTokenizer: tokenizerJson.model must be an object, got ${JSON.stringify(model)}`);
  }
  const part = model as TokenizerPart;
  const type = part['type'] ?? (Array.isArray(part['merges']) ? 'BPE' : undefined);
  if (type === 'BPE') return bpe(part, controlIds);
  if (type === 'Unigram') return unigram(part, controlIds);
  throw new RangeError(`loadTokenizer: model.type must be BPE or Unigram, got ${JSON.stringify(type)}`);
}

function bpe(part: TokenizerPart, controlIds: ReadonlySet<number>): TokenModel {
  for (const key of ['dropout', 'continuing_subword_prefix', 'end_of_word_suffix']) {
    const value = part[key] ?? '';
    if (value !== '' && value !== 0) {
      throw new RangeError(`loadTokenizer: model.${key} must be absent, got ${JSON.stringify(value)}`);
    }
  }
  const { vocab, merges, unk_token: unknown } = part;
  if (typeof vocab !== 'object' || vocab === null || Array.isArray(vocab)) {
    throw new RangeError(`loadTokenizer: model.vocab must be an object, got ${shown(vocab)}`);
  }
  if (!Array.isArray(merges))
    throw new RangeError(`loadTokenizer: model.merges must be an array, got ${shown(merges)}`);
  const ids = new Map(Object.entries(vocab as Readonly<Record<string, number>>));
  for (const [token, id] of ids) checkId(token, id);
  const isPlain = (token: string) => token === unknown || !controlIds.has(ids.get(token) as number);
  const pairs = merges.map((merge) => pairOf(merge, ids));
  return {
    ids,
    plain: {
      ...part,
      type: 'BPE',
      continuing_subword_prefix: null,
      vocab: Object.fromEntries([...ids].filter(([token]) => isPlain(token))),
      merges: pairs.filter(([left, right]) => isPlain(left + right)),
    },
  };
}

/** A merge is `[left, right]`, or in older files `"left right"`. */
function pairOf(merge: unknown, ids: ReadonlyMap<string, number>): readonly [string, string] {
  const pair: readonly unknown[] = typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : [];
  const [left, right] = pair;
  if (pair.length !== 2 || typeof left !== 'string' || typeof right !== 'string') {
    throw new RangeError(`loadTokenizer: a merge must be of two tokens, got ${shown(merge)}`);
  }
  const missing = [left, right, left + right].find((token) => !ids.has(token));
  if (missing !== undefined) {
    throw new RangeError(
      `loadTokenizer: model.merges must be of tokens of the vocabulary, got ${shown(merge)}, which lacks ${shown(missing)}`,
    );
  }
  return [left, right];
}

function unigram(part: TokenizerPart, controlIds: ReadonlySet<number>): TokenModel {
  const { vocab, unk_id: unknown } = part;
  if (part['byte_fallback'] === true) {
    throw new RangeError('loadTokenizer: model.byte_fallback must be false for Unigram, got true');
  }
  if (!Array.isArray(vocab) || vocab.length === 0) {
    throw new RangeError(`loadTokenizer: model.vocab must be an array of [token, score], got ${shown(vocab)}`);
  }
  const rows = vocab as readonly (readonly [string, number])[];
  const ids = new Map(rows.map(([token], id) => [token, id]));
  // A token of no characters is never found in a text.
  const plain = rows.map(([token, score], id) => (controlIds.has(id) && id !== unknown ? ['', score] : [token, score]));
  return { ids, plain: { ...part, vocab: plain } };
}

function checkId(token: string, id: unknown): void {
  if (!Number.isSafeInteger(id) || (id as number) < 0) {
    throw new RangeError(`loadTokenizer: the id of ${shown(token)} must be an integer of at least 0, got ${shown(id)}`);
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
