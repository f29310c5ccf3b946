// `npm run parity:math -- FILE`: the answers of a file compared by mathEquivalent with its default options, beside what
// the file says of each.
//
//   FILE      JSON: an array of cases or an object with `cases`; a case has `gold` and `prediction`, and perhaps
//             `expected` (the right verdict), `mathVerify` (that of the Python library) and `id`
//   --json    one line of JSON instead of text
//   --help    this text
//
// Exit code 0 when it passes: at least as many right as math-verify, false positives at most 1 % of all cases, none
// over 1 s, nothing thrown. Without `expected`: nothing thrown, none over 1 s. 1 when it fails, 2 for a wrong command line.
// A case that hangs is stopped after 20 s, since it runs in a thread of its own.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

const MAX_MILLISECONDS = 1_000;
const HANGS_MILLISECONDS = 20_000;
const USAGE = readFileSync(new URL(import.meta.url), 'utf8')
  .match(/^(?:\/\/.*\n)+/)?.[0]
  .replace(/^\/\/ ?/gm, '');

/** @param {string} message */
function refuse(message) {
  process.stderr.write(`parity:math: ${message}\n`);
  process.exit(2);
}

let options;
try {
  options = parseArgs({
    options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
} catch (error) {
  refuse(/** @type {Error} */ (error).message);
}
const { values, positionals } = /** @type {NonNullable<typeof options>} */ (options);
if (values.help) {
  process.stdout.write(USAGE ?? '');
  process.exit(0);
}
if (positionals.length !== 1) refuse(`expected one FILE, got ${positionals.length}`);

/** @typedef {{ id?: string, gold: string, prediction: string, expected?: boolean, mathVerify?: boolean }} Case */
const cases = readCases(/** @type {string} */ (positionals[0]));
const verdicts = await judge(cases);
const report = summarize(cases, verdicts);
process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : textOf(report));
process.exitCode = report.passed ? 0 : 1;

/**
 * @param {string} file
 * @returns {Case[]}
 */
function readCases(file) {
  try {
    const read = JSON.parse(readFileSync(resolve(process.env['INIT_CWD'] ?? '.', file), 'utf8'));
    const list = Array.isArray(read) ? read : read?.cases;
    if (!Array.isArray(list)) throw new Error('expected an array of cases, or an object with `cases`');
    list.forEach((one, i) => {
      if (typeof one?.gold !== 'string' || typeof one?.prediction !== 'string') {
        throw new Error(`case ${one?.id ?? i}: gold and prediction must be texts`);
      }
    });
    return list;
  } catch (error) {
    refuse(`${file}: ${/** @type {Error} */ (error).message}`);
    return [];
  }
}

/**
 * One thread judges all; when a case hangs the thread is ended and another goes on behind it.
 * @param {Case[]} cases
 * @returns {Promise<{ verdict: boolean | null, milliseconds: number, error: string | null }[]>}
 */
async function judge(cases) {
  /** @type {{ verdict: boolean | null, milliseconds: number, error: string | null }[]} */
  const verdicts = [];
  while (verdicts.length < cases.length) await judgeFrom(cases.slice(verdicts.length), verdicts);
  return verdicts;
}

/**
 * @param {Case[]} rest
 * @param {{ verdict: boolean | null, milliseconds: number, error: string | null }[]} verdicts
 */
function judgeFrom(rest, verdicts) {
  const until = verdicts.length + rest.length;
  return new Promise((done, fail) => {
    const worker = new Worker(new URL('./parity-math-worker.mjs', import.meta.url), { workerData: rest });
    const hangs = () => {
      verdicts.push({ verdict: null, milliseconds: HANGS_MILLISECONDS, error: 'hangs' });
      worker.terminate().then(done, fail);
    };
    let timer = setTimeout(hangs, 2 * HANGS_MILLISECONDS);
    worker.on('message', (verdict) => {
      verdicts.push(verdict);
      clearTimeout(timer);
      if (verdicts.length === until) worker.terminate().then(done, fail);
      else timer = setTimeout(hangs, HANGS_MILLISECONDS);
    });
    worker.on('error', (error) => {
      clearTimeout(timer);
      fail(error);
    });
  });
}

/**
 * @param {Case[]} cases
 * @param {{ verdict: boolean | null, milliseconds: number, error: string | null }[]} verdicts
 */
function summarize(cases, verdicts) {
  const name = (/** @type {number} */ i) => cases[i]?.id ?? String(i);
  const where = (/** @type {(i: number) => boolean} */ holds) => cases.flatMap((_, i) => (holds(i) ? [name(i)] : []));
  const marked = cases.length > 0 && cases.every(({ expected }) => typeof expected === 'boolean');
  const falsePositives = where((i) => cases[i]?.expected === false && verdicts[i]?.verdict === true);
  const falseNegatives = where((i) => cases[i]?.expected === true && verdicts[i]?.verdict !== true);
  const failures = where((i) => verdicts[i]?.error !== null);
  const right = marked ? where((i) => cases[i]?.expected === verdicts[i]?.verdict).length : null;
  const measured = cases.some(({ mathVerify }) => typeof mathVerify === 'boolean');
  const mathVerify = marked && measured ? where((i) => cases[i]?.mathVerify === cases[i]?.expected).length : null;
  const slowest = verdicts.reduce(
    (worst, { milliseconds }, i) => (milliseconds > worst.milliseconds ? { id: name(i), milliseconds } : worst),
    { id: '', milliseconds: 0 },
  );
  const sound = failures.length === 0 && slowest.milliseconds <= MAX_MILLISECONDS;
  const good = right === null || (right >= (mathVerify ?? 0) && falsePositives.length <= 0.01 * cases.length);
  return {
    passed: cases.length > 0 && sound && good,
    cases: cases.length,
    right,
    mathVerify,
    falsePositives,
    falseNegatives,
    failures,
    slowest,
  };
}

/** @param {ReturnType<typeof summarize>} report */
function textOf(report) {
  const { cases, right, mathVerify, falsePositives, falseNegatives, failures, slowest } = report;
  const share = (/** @type {number} */ n) => `${n} of ${cases} (${((100 * n) / cases).toFixed(1)} %)`;
  const named = (/** @type {string[]} */ ids) => (ids.length === 0 ? '0' : `${ids.length}: ${ids.join(' ')}`);
  return [
    right === null ? `cases            ${cases}, without expected verdicts` : `right            ${share(right)}`,
    ...(mathVerify === null ? [] : [`math-verify      ${share(mathVerify)}`]),
    ...(right === null
      ? []
      : [`false positives  ${named(falsePositives)}`, `false negatives  ${named(falseNegatives)}`]),
    `thrown or hung   ${named(failures)}`,
    `slowest          ${slowest.id}, ${slowest.milliseconds.toFixed(1)} ms`,
    report.passed ? 'passed' : 'failed',
    '',
  ].join('\n');
}
