// `node scripts/prebuild-binding.mjs --out FOLDER`: the package with the prebuilt binding of @turnwise/accelerator for
// this machine's platform, ready for `npm publish`. The release workflow runs it on every platform. Prints its name.
import { copyFileSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseOptions } from './checks/parse-options.mjs';
import { ROOT } from './setup/project.mjs';

const { values: options } = parseOptions('prebuild-binding', { options: { out: { type: 'string' } } });
if (options.out === undefined) {
  process.stderr.write('prebuild-binding: --out: a folder to make, got none\n');
  process.exit(2);
}
const accelerator = join(ROOT, 'packages', 'accelerator');
const { version } = JSON.parse(readFileSync(join(accelerator, 'package.json'), 'utf8'));
const { makePrebuilt } = await import(pathToFileURL(join(accelerator, 'dist', 'install', 'make-prebuilt.js')).href);
const name = await makePrebuilt({
  out: resolve(options.out),
  version,
  /** @param {{ status: string, text: string }} event */
  onEvent: (event) => event.status === 'note' && process.stderr.write(`${event.text}\n`),
});
copyFileSync(join(ROOT, 'LICENSE'), join(resolve(options.out), 'LICENSE'));
process.stdout.write(`${name}\n`);
