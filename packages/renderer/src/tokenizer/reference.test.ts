import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonData } from '../../test/data.js';
import { loadTokenizer } from './load-tokenizer.js';

/** Trained and encoded by `test/data/make_data.py` with `tokenizers` 0.23.3. */
interface Reference {
  readonly tokenizer: Record<string, unknown>;
  readonly expected: {
    readonly around: readonly number[];
    readonly texts: readonly { readonly text: string; readonly ids: readonly number[]; readonly decoded: string }[];
    readonly decodes: readonly { readonly ids: readonly number[]; readonly text: string }[];
  };
}

const KINDS = ['llama3', 'qwen', 'llama2', 'mistral', 'tekken', 'flags', 'parts', 'metaspace', 'unigram', 'splits'];
const references = await Promise.all(
  KINDS.map(async (kind) => ({ kind, ...((await jsonData(`tokenizers/${kind}.json`)) as Reference) })),
);
const referenceOf = (kind: string) => references.find((row) => row.kind === kind) as (typeof references)[number];

describe.each(references)('$kind', ({ tokenizer: file, expected }) => {
  const tokenizer = loadTokenizer(file);

  test('hostile text has the ids of the reference', () => {
    const got = expected.texts.map(({ text }) => ({ text, ids: tokenizer.encodeMarked(text) }));
    expect(got).toEqual(expected.texts.map(({ text, ids }) => ({ text, ids })));
  });

  test('so has a text with the tokens around it', () => {
    expect(tokenizer.encodeMarked('hi', { around: true })).toEqual(expected.around);
  });

  test('its ids, and any others, have the text of the reference', () => {
    const cases = [...expected.texts.map(({ ids, decoded }) => ({ ids, text: decoded })), ...expected.decodes];
    expect(cases.map(({ ids }) => ({ ids, text: tokenizer.decode(ids) }))).toEqual(cases);
  });

  test('plain text that spells no special token has the same ids', () => {
    const special = [...tokenizer.specialTokens.keys()];
    for (const { text, ids } of expected.texts) {
      if (special.every((token) => !text.includes(token))) expect(tokenizer.encode(text)).toEqual(ids);
    }
  });

  test('property: plain text never gives a special token but the unknown one', () => {
    const spelled = fc.constantFrom(...tokenizer.specialTokens.keys(), ' ', 'a', '<', '>', '[', '|', '\n', 'é');
    const unknown = tokenizer.specialTokens.get('<unk>');
    fc.assert(
      fc.property(
        fc.array(fc.oneof(spelled, fc.string({ unit: 'grapheme', maxLength: 4 })), { maxLength: 8 }),
        (parts) => {
          const special = tokenizer.encode(parts.join('')).filter((id) => tokenizer.isSpecial(id) && id !== unknown);
          expect(special).toEqual([]);
        },
      ),
    );
  });

  test('property: a seam keeps a special token from being one, and leaves no other trace', () => {
    const seam = '\ufdd0';
    for (const [token, id] of tokenizer.specialTokens) {
      if (token === '<unk>') continue;
      const [first = '', ...rest] = token;
      const broken = tokenizer.encodeMarked(`${first}${seam}${rest.join('')}`, { seam });
      expect(broken).not.toContain(id);
      expect(broken).toEqual(tokenizer.encode(token));
    }
  });
});

test('an id without a token gives no text', () => {
  const tokenizer = loadTokenizer(referenceOf('qwen').tokenizer);
  expect(tokenizer.decode([...tokenizer.encode('a'), 151_935, ...tokenizer.encode('b')])).toBe('ab');
  expect(() => tokenizer.tokenOf(151_935)).toThrow(new RangeError('tokenOf: id must be in the vocabulary, got 151935'));
});

describe('bad files', () => {
  const { tokenizer: good } = referenceOf('llama2');
  const model = good['model'] as Record<string, unknown>;
  const withModel = (change: Record<string, unknown>) => ({ ...good, model: { ...model, ...change } });

  test.each<[string, Record<string, unknown>, string]>([
    ['a model of words', withModel({ type: 'WordPiece' }), 'model.type must be BPE or Unigram, got "WordPiece"'],
    ['no vocabulary', withModel({ vocab: null }), 'model.vocab must be an object, got null'],
    ['no merges', withModel({ merges: 'ab' }), 'model.merges must be an array, got "ab"'],
    [
      'an id that is none',
      withModel({ vocab: { a: 1.5 }, merges: [] }),
      'the id of "a" must be an integer of at least 0, got 1.5',
    ],
    ['half a merge', withModel({ merges: [['a']] }), 'a merge must be of two tokens, got ["a"]'],
    [
      'a merge of nothing known',
      withModel({ merges: ['a zq'] }),
      'model.merges must be of tokens of the vocabulary, got "a zq", which lacks "zq"',
    ],
    ['dropout', withModel({ dropout: 0.1 }), 'model.dropout must be absent, got 0.1'],
    [
      'suffixes of words',
      withModel({ end_of_word_suffix: '</w>' }),
      'model.end_of_word_suffix must be absent, got "</w>"',
    ],
    [
      'an added token without id',
      { ...good, added_tokens: [{ content: 'x' }] },
      'an added token must have an id of at least 0 and a content, got {"content":"x"}',
    ],
    [
      'one added token with two ids',
      {
        ...good,
        added_tokens: [
          { content: 'x', id: 1 },
          { content: 'x', id: 2 },
        ],
      },
      'added token "x" must have one id, got 1 and 2',
    ],
    [
      'a normalizer of other families',
      { ...good, normalizer: { type: 'BertNormalizer' } },
      'normalizer must be NFC, NFD, NFKC, NFKD, Replace, Prepend or a Sequence of them, got "BertNormalizer"',
    ],
    [
      'such a pre-tokenizer',
      { ...good, pre_tokenizer: { type: 'WhitespaceSplit' } },
      'pre_tokenizer must be Split, ByteLevel, Metaspace, Digits, Punctuation or a Sequence of them, got "WhitespaceSplit"',
    ],
    [
      'such a decoder',
      { ...good, decoder: { type: 'CTC' } },
      'decoder must be ByteLevel, ByteFallback, Metaspace, Replace, Fuse, Strip or a Sequence of them, got "CTC"',
    ],
    [
      'such a post-processor',
      { ...good, post_processor: { type: 'Other' } },
      'post_processor must be TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel or a Sequence of them, got "Other"',
    ],
    [
      'a part that is text',
      { ...good, decoder: 'Fuse' },
      'tokenizerJson.decoder must be an object or null, got "Fuse"',
    ],
  ])('%s', (_what, file, message) => {
    expect(() => loadTokenizer(file)).toThrow(new RangeError(`loadTokenizer: ${message}`));
  });
});
