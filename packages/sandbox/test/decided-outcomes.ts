import type { DecidedCase, HostileCase, Outcome } from '../src/attack/index.js';

// What eats memory ends by memory, or by time on a slow machine. What eats time in native code may be done in time on
// a fast one; then its value is right.
const filling: readonly Outcome[] = ['memory', 'crashed', 'timeout'];
const slow: readonly Outcome[] = ['ok', 'timeout', 'memory'];

/** The outcomes that are right for a case: those of its name, else those of its category. */
const byName: Readonly<Record<string, readonly Outcome[]>> = {
  regex_redos_replace: slow,
  array_join_sparse: slow,
  array_concat_sparse: slow,
  bigint_parse: slow,
  string_repeat_max: slow,
  string_localeCompare: slow,
  intl_segmenter: slow,
  json_parse_deep_ok: [...slow, 'runtime'],
  array_push_forever: filling,
  string_indexOf_quad: filling,
  string_replace_amp: filling,
  encodeURI_huge: [...filling, 'runtime'],
  json_stringify_big: [...filling, 'runtime'],
  json_stringify_deep: [...filling, 'runtime'],
  map_grow: [...filling, 'runtime'],
  reflect_apply: ['runtime', 'timeout'],
  typedarray_sort: ['runtime'],
  typedarray_join: ['runtime'],
  regexp_deep_paren: ['runtime'],
  // A million bound functions fit in 32 MB on some builds of V8; called, they end or run out of stack.
  proto_chain_instanceof: [...filling, 'ok', 'runtime'],
  arraybuffer_1mb: ['runtime'],
  arraybuffer_2g: ['runtime'],
  arraybuffer_1t: ['runtime'],
  sab_1g: ['runtime'],
  sab_growable: ['runtime'],
  unhandled_rejection_flood: ['ok', 'timeout'],
  log_flood_small: ['output-limit'],
  log_flood_1mb: ['output-limit'],
  log_one_huge: ['memory', 'timeout', 'output-limit'],
  return_huge_obj: filling,
  return_proxy: ['timeout'],
  throw_huge: ['memory', 'timeout', 'runtime'],
  throw_error_getter: ['timeout'],
  throw_null_proto: ['runtime'],
  prepareStackTrace: ['runtime', 'timeout'],
  nul_ansi: ['ok'],
  natives_syntax: ['syntax'],
  // The host's tool failed, and the code did not catch it.
  async_callback_error: ['internal'],
};
const byCategory: Readonly<Record<string, readonly Outcome[]>> = {
  cpu: ['timeout'],
  native: ['timeout'],
  parser: ['runtime', 'timeout'],
  stack: ['runtime', 'timeout'],
  mem: filling,
  async: ['timeout'],
  wasm: ['runtime'],
  atomics: ['runtime'],
  escape: ['ok'],
};

/** Texts that must be exactly so. */
const texts: Readonly<Record<string, string>> = {
  nul_ansi: '\\u0000\\u001b[2J\\u001b]0;pwn\\u0007\\u202e',
  fn_ctor_process: 'undefinedundefinedundefined',
  async_callback_error: 'Error: tool asyncThrow failed',
  import_fs: 'ERR Not supported',
  // Thirteen names; only console exists.
  require: `${'undefined'.repeat(6)}object${'undefined'.repeat(6)}`,
  shadowrealm: 'undefined',
  patch_json: '1',
  debugger_stmt: '1',
};

/** A case of data/hostile-cases.json with what was decided for it. */
export function decide(one: HostileCase): DecidedCase {
  const outcomes = byName[one.name] ?? byCategory[one.category] ?? [];
  const text = texts[one.name];
  return { ...one, outcomes, ...(text === undefined ? {} : { text }) };
}
