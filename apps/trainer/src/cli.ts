#!/usr/bin/env node
import type { CommandContext, Engine } from './commands/context.js';
import { runCli } from './commands/run-cli.js';
import type { OutputStream } from './display/terminal.js';
import { packageVersion } from './package-version.js';

/** Imported when a command needs it: it loads TensorFlow. */
async function engine(): Promise<Engine> {
  const [{ openBackend, modelSizeIn }, { policyDirectory }, { train }, { evaluatePolicy }] = await Promise.all([
    import('./train/open-backend.js'),
    import('./train/base-directory.js'),
    import('./train/train.js'),
    import('./train/evaluate-policy.js'),
  ]);
  return {
    chooseBackend: async (config) => openBackend(config, (await modelSizeIn(policyDirectory(config))).parameters),
    train,
    evaluate: evaluatePolicy,
  };
}

/** A reader that has gone (a closed pipe or terminal) must not end a run. */
function outlivingItsReader(stream: NodeJS.WriteStream): OutputStream {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!['EPIPE', 'EIO', 'ECONNRESET'].includes(String(error.code))) throw error;
  });
  return stream;
}

const context: CommandContext = {
  cwd: process.cwd(),
  environment: process.env,
  stdout: outlivingItsReader(process.stdout),
  stderr: outlivingItsReader(process.stderr),
  process: {
    on: (signal, listener) => process.on(signal, listener),
    off: (signal, listener) => process.off(signal, listener),
    exit: (code) => process.exit(code),
  },
  now: Date.now,
  engine,
  version: packageVersion(),
};
process.exitCode = await runCli(process.argv.slice(2), context);
