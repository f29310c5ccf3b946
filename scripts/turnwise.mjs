#!/usr/bin/env node
// The one door of this repository: `npm start`, `npm test` and every other script come through here.
// It sets up what is missing and then runs the command under the right Node. This file has only syntax
// that a Node of any age parses, so that an old one gets a sentence and not a stack trace.
var OLDEST_NODE = 20;

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(
    'Turnwise needs Node ' +
      OLDEST_NODE +
      ' or newer to set itself up, and this is Node ' +
      process.versions.node +
      ".\nInstall a newer one (from nodejs.org or your system's packages) and run the same command again.\n",
  );
  process.exitCode = 2;
} else {
  import('./setup/main.mjs')
    .then(function run(module) {
      return module.main(process.argv.slice(2));
    })
    .then(
      function done(code) {
        process.exitCode = code;
      },
      function failed(error) {
        console.error(error);
        process.exitCode = 3;
      },
    );
}
