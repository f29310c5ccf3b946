import { parseArgs } from 'node:util';

/**
 * `parseArgs` for a script: a wrong command line is one sentence and exit code 2, not a stack trace.
 *
 * @template {import('node:util').ParseArgsConfig} T
 * @param {string} script for the sentence
 * @param {T} config
 * @returns {ReturnType<typeof parseArgs<T>>}
 */
export function parseOptions(script, config) {
  try {
    return parseArgs(config);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const known = Object.keys(config.options ?? {}).map((name) => `--${name}`);
    process.stderr.write(`${script}: ${error.message.split('. ')[0]}. Known: ${known.join(', ')}\n`);
    process.exit(2);
  }
}
