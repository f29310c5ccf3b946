import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSandbox, type RunErrorKind, type Sandbox } from '../src/index.js';

interface HostileCase {
  readonly category: string;
  readonly name: string;
  readonly code: string;
}

type Outcome = 'ok' | RunErrorKind;

const cases = JSON.parse(
  readFileSync(new URL('./data/hostile-cases.json', import.meta.url), 'utf8'),
) as readonly HostileCase[];

// Loops that the engine can interrupt end at cpuMs, native loops at wallMs.
const limits = { cpuMs: 300, wallMs: 450, memoryMb: 32, hardMemoryMb: 512 };
const slackMs = 500;

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
  async_callback_error: 'undefined',
  import_fs: 'ERR Not supported',
  // Thirteen names; only console exists.
  require: `${'undefined'.repeat(6)}object${'undefined'.repeat(6)}`,
  shadowrealm: 'undefined',
  patch_json: '1',
  debugger_stmt: '1',
};

describe('hostile input', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({ children: 2, limits });
  });
  afterAll(() => sandbox.close());

  test.each(cases)('$category: $name', async ({ category, name, code }) => {
    const startedAt = performance.now();
    const result = await sandbox.run(code, { globals: 'const log = (...values) => console.log(...values);' });
    const ms = performance.now() - startedAt;

    const outcome: Outcome = result.status === 'ok' ? 'ok' : result.kind;
    // A machine so busy that code gets no processor time is no fault of the wall; then the outcome says so.
    expect([...(byName[name] ?? byCategory[category] ?? []), 'killed']).toContain(outcome);
    expect(ms).toBeLessThan(limits.wallMs + slackMs);
    const text = result.status === 'ok' ? result.text : `${result.output}${result.message}`;
    if (texts[name] !== undefined) expect(text).toBe(texts[name]);
    expect(text.length).toBeLessThan(20_000);
    expect(text).not.toMatch(/node:|\.js:\d|installPrelude|isolated-vm|\/usr\/|\/home\//);
    expect(process.memoryUsage.rss()).toBeLessThan(600 * 2 ** 20);

    // 1 + 4 + 9 = 14, and nothing of the case is left.
    const probe = await sandbox.run(
      '[1, 2, 3].map((x) => x * x).reduce((a, b) => a + b) + typeof log + JSON.stringify("a")',
    );
    expect(probe).toEqual({ status: 'ok', text: '14undefined"a"' });
  });
});
