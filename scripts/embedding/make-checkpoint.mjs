import { mkdirSync, writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { block, join, varint } from './protobuf.mjs';

/** Everything that a program on one line can hold. */
const CHARACTERS = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
const SPECIAL = ['[PAD]', '[UNK]'];
export const WIDTH = 16;

/**
 * Makes a sentence-embedding checkpoint in the layout that `@huggingface/transformers` reads: a tokenizer of characters
 * and an ONNX model of one layer, in which every token is a random vector, looked up and passed through tanh.
 *
 * @param {string} folder
 * @returns {(code: string) => Float64Array} what mean pooling and normalisation must make of a code
 */
export function makeCheckpoint(folder) {
  const vocabulary = [...SPECIAL, ...CHARACTERS];
  const table = Float32Array.from({ length: vocabulary.length * WIDTH }, (_, i) => Math.sin(1 + i * i));
  mkdirSync(joinPath(folder, 'onnx'), { recursive: true });
  writeFileSync(joinPath(folder, 'onnx', 'model.onnx'), lookupModel(table, vocabulary.length));
  const write = (/** @type {string} */ name, /** @type {object} */ value) =>
    writeFileSync(joinPath(folder, name), JSON.stringify(value));
  write('config.json', { model_type: 'bert', hidden_size: WIDTH, vocab_size: vocabulary.length });
  write('tokenizer_config.json', {
    tokenizer_class: 'PreTrainedTokenizerFast',
    pad_token: '[PAD]',
    model_max_length: 512,
  });
  write('tokenizer.json', tokenizer(vocabulary));
  return (code) => {
    const mean = new Float64Array(WIDTH);
    for (const character of code) {
      const id = Math.max(1, vocabulary.indexOf(character));
      for (let k = 0; k < WIDTH; k++) mean[k] = (mean[k] ?? 0) + Math.tanh(table[id * WIDTH + k] ?? 0) / code.length;
    }
    const norm = Math.hypot(...mean);
    return mean.map((value) => value / norm);
  };
}

/** @param {readonly string[]} vocabulary */
function tokenizer(vocabulary) {
  const special = SPECIAL.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special,
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: '[UNK]',
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges: [],
    },
  };
}

const FLOAT = 1;
const INT64 = 7;

/**
 * `last_hidden_state = tanh(table[input_ids])`, as an ONNX model (ModelProto of onnx.proto).
 *
 * @param {Float32Array} table [rows, WIDTH]
 * @param {number} rows
 */
function lookupModel(table, rows) {
  const initializer = [
    varint(1, rows),
    varint(1, WIDTH),
    varint(2, FLOAT),
    block(8, 'table'),
    block(9, new Uint8Array(table.buffer)),
  ];
  const node = (/** @type {string} */ type, /** @type {string[]} */ inputs, /** @type {string} */ output) =>
    block(1, [...inputs.map((name) => block(1, name)), block(2, output), block(4, type)]);
  const shape = (/** @type {(string | number)[]} */ dimensions) =>
    block(
      2,
      dimensions.map((own) => block(1, typeof own === 'number' ? varint(1, own) : block(2, own))),
    );
  const value = (
    /** @type {string} */ name,
    /** @type {number} */ type,
    /** @type {(string | number)[]} */ dimensions,
  ) => join([block(1, name), block(2, block(1, [varint(1, type), shape(dimensions)]))]);
  const graph = [
    node('Gather', ['table', 'input_ids'], 'looked_up'),
    node('Tanh', ['looked_up'], 'last_hidden_state'),
    block(2, 'lookup'),
    block(5, initializer),
    block(11, value('input_ids', INT64, ['batch', 'tokens'])),
    block(12, value('last_hidden_state', FLOAT, ['batch', 'tokens', WIDTH])),
  ];
  return join([varint(1, 8), block(7, graph), block(8, [block(1, ''), varint(2, 17)])]);
}
