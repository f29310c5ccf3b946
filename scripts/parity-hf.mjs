// `npm run parity:hf -- FOLDER...`: computes again, on each backend, what `transformers` computed for a checkpoint.
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createBackend } from '../packages/accelerator/dist/index.js';
import { formatTable } from './checks/format-table.mjs';
import { parseOptions } from './checks/parse-options.mjs';
import { readExpected } from './parity-hf/expected.mjs';
import { modelChecks } from './parity-hf/model-checks.mjs';
import { savedChecks } from './parity-hf/saved-checks.mjs';
import { textChecks } from './parity-hf/text-checks.mjs';
import { ROOT } from './setup/project.mjs';
import { createStyle, hasColor } from './setup/style.mjs';

const BACKENDS = /** @type {const} */ (['native', 'wasm', 'cpu']);
const OWN = join(ROOT, 'packages/policy/test/golden/hf');

const HELP = `Usage: npm run parity:hf -- [FOLDER...] [--backend NAME] [--python PATH] [--json]

Compares with what transformers computed: log-probabilities, entropies, greedy tokens, gradients, three AdamW steps,
token ids and chat ids, on native TensorFlow, WebAssembly and plain JavaScript. A folder holds a checkpoint in the
Hugging Face layout, perhaps an adapter of PEFT, and expected.json. By default all of packages/policy/test/golden/hf.

  --backend NAME    ${BACKENDS.join(', ')}; may be repeated; default: all of them
  --python PATH     an interpreter with transformers and peft, which then load what is saved after a step: once per
                    folder, on the first backend
  --json            one JSON object as the last line
  --help            this

Examples:
  npm run parity:hf
  npm run parity:hf -- ./my-golden/llama --backend native --json
  npm run parity:hf -- --backend native --python .cache/venv/bin/python

Exit code 0 when every check holds on every backend, 1 when one does not or a backend cannot be had, 2 for a wrong
command line or a folder that does not have the form.
`;

const { values: options, positionals } = parseOptions('parity:hf', {
  options: {
    backend: { type: 'string', multiple: true },
    python: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
  allowPositionals: true,
});
const wanted = options.backend ?? [...BACKENDS];
const unknown = wanted.find((name) => !(/** @type {readonly string[]} */ (BACKENDS).includes(name)));
if (options.help) process.stdout.write(HELP);
else if (unknown !== undefined) refuse(`--backend: one of ${BACKENDS.join(', ')}, got ${unknown}`);
else await run();

async function run() {
  // npm starts scripts in the root; a path is meant from where the user is.
  const folders =
    positionals.length > 0
      ? positionals.map((path) => resolve(process.env['INIT_CWD'] ?? '.', path))
      : readdirSync(OWN, { withFileTypes: true }).flatMap((entry) =>
          entry.isDirectory() ? [join(OWN, entry.name)] : [],
        );
  /** @type {{ folder: string, backend: string, check: string, difference: number, bar: number, passed: boolean, note?: string }[]} */
  const rows = [];
  try {
    for (const folder of folders) {
      const expected = readExpected(folder);
      const add = (
        /** @type {string} */ backend,
        /** @type {import('./parity-hf/model-checks.mjs').Check} */ check,
      ) => {
        const { name, difference, bar, note } = check;
        rows.push({
          folder,
          backend,
          check: name,
          difference,
          bar,
          passed: difference <= bar,
          ...(note ? { note } : {}),
        });
      };
      for (const name of wanted) {
        const backend = await createBackend({ prefer: /** @type {(typeof BACKENDS)[number]} */ (name) });
        if (backend.name !== name) {
          const reason = backend.passedOver.find((passed) => passed.backend === name)?.reason ?? 'it is not there';
          add(name, { name: `the backend: ${reason}`, difference: Number.POSITIVE_INFINITY, bar: 0 });
          continue;
        }
        for (const check of await modelChecks(backend.tf, folder, expected)) add(name, check);
        if (options.python !== undefined && name === wanted[0]) {
          for (const check of await savedChecks(backend.tf, folder, expected, options.python)) add(name, check);
        }
      }
      for (const check of textChecks(folder, expected)) add('-', check);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse(error.message);
  }
  report(rows);
}

/** @param {{ folder: string, backend: string, check: string, difference: number, bar: number, passed: boolean, note?: string }[]} rows */
function report(rows) {
  const table = rows.map(({ folder, backend, check, difference, bar, passed, note }) => [
    folder.split(/[\\/]/).at(-1) ?? folder,
    backend,
    check,
    bar === 0 ? String(difference) : difference.toExponential(1),
    bar === 0 ? '0' : bar.toExponential(0),
    passed ? 'holds' : 'FAILED',
    passed ? '' : (note ?? ''),
  ]);
  const heading = ['folder', 'backend', 'check', 'difference', 'bar', 'verdict', ''];
  const failed = rows.filter(({ passed }) => !passed).length;
  process.stdout.write(`${formatTable([heading, ...table], createStyle(hasColor(process.stdout, process.env)))}\n\n`);
  process.stdout.write(
    `${rows.length - failed} of ${rows.length} checks hold: ${failed === 0 ? 'passed' : 'FAILED'}\n`,
  );
  if (options.json) {
    const finite = rows.map((row) => ({ ...row, difference: Number.isFinite(row.difference) ? row.difference : null }));
    process.stdout.write(`${JSON.stringify({ passed: failed === 0, checks: rows.length, failed, rows: finite })}\n`);
  }
  process.exitCode = failed === 0 ? 0 : 1;
}

/** @param {string} problem */
function refuse(problem) {
  process.stderr.write(`parity:hf: ${problem}.\n\n${HELP}`);
  process.exitCode = 2;
}
