import { join } from 'node:path';
import { ROOT } from './project.mjs';
import { runForeground } from './run-foreground.mjs';
import { setUp } from './set-up.mjs';
import { SetupError } from './setup-error.mjs';

const HELP = `Usage: node scripts/turnwise.mjs COMMAND

Sets up what is missing (Node, pnpm, dependencies, build, native TensorFlow), then runs:

  setup              nothing more; asks for native TensorFlow again if it could not be had
  start [ARGS...]    the trainer; without ARGS it trains the embedded default
  test [FILTER...]   type check, lint and tests
  node FILE [...]    a script, under the right Node
  run NAME [...]     a program of the workspace (turbo, biome, changeset, pnpm); builds nothing first

Exit codes: that of the command; 2 for a wrong command line or a Node that is too old, 3 if the set-up failed,
128 + n if signal n ended the command.
`;

/**
 * Runs one command of the repository.
 *
 * @param {readonly string[]} argv
 * @returns {Promise<number>} the exit code
 */
export async function main(argv) {
  const [command = 'help', ...args] = argv;
  try {
    switch (command) {
      case 'help':
      case '--help':
      case '-h':
        process.stdout.write(HELP);
        return 0;
      case 'setup':
        await setUp({ through: 'native', askAgain: true });
        process.stderr.write('Everything is set up. `npm start` trains, `npm test` tests.\n');
        return 0;
      case 'start':
        return await start(args);
      case 'test':
        return await runNode(['scripts/test.mjs', ...args]);
      case 'node':
        if (args.length === 0) return usage('node: expected a FILE');
        return await runNode(args);
      case 'run':
        if (args.length === 0) return usage('run: expected the NAME of a program');
        return await runProgram(args);
      default:
        return usage(`unknown command "${command}"`);
    }
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    return 3;
  }
}

/** @param {readonly string[]} args */
async function start(args) {
  const onlyTells = args.some((arg) => ['--help', '-h', '--version', '-V', 'help'].includes(arg));
  const { nodeBinary, env } = await setUp({ through: onlyTells ? 'build' : 'native' });
  const cli = join(ROOT, 'apps', 'trainer', 'dist', 'cli.js');
  // npm starts scripts in the root; paths among ARGS are meant from where the user is.
  const { INIT_CWD: from, npm_lifecycle_event: script } = process.env;
  const cwd = script === 'start' && from !== undefined ? from : process.cwd();
  return runForeground(nodeBinary, [cli, ...(args.length === 0 ? ['train'] : args)], { cwd, env, signalGroup: false });
}

/** @param {readonly string[]} args */
async function runNode(args) {
  const { nodeBinary, env } = await setUp({ through: 'native' });
  return runForeground(nodeBinary, args, { cwd: ROOT, env, signalGroup: true });
}

/** @param {readonly string[]} args */
async function runProgram(args) {
  const [name = '', ...rest] = args;
  // A changed package.json needs pnpm, and would stop a set-up that goes further.
  const { env } = await setUp({ through: name === 'pnpm' ? 'tools' : 'dependencies' });
  return runForeground(name, rest, { cwd: ROOT, env, signalGroup: true });
}

/** @param {string} problem */
function usage(problem) {
  process.stderr.write(`turnwise: ${problem}.\n\n${HELP}`);
  return 2;
}
