import { homedir, hostname } from 'node:os';
import { fileURLToPath } from 'node:url';

/** What belongs to the host and nowhere else: where it keeps its files, its environment, frames of its stack. */
const patterns: readonly RegExp[] = [
  /\bnode:\w/,
  /file:\/\//,
  /node_modules/,
  /\.[cm]?[jt]s:\d+:\d+/,
  /isolated-vm/,
  /secret of the host/,
  /<prelude>/,
];

/**
 * What of the host a text shows, or `null`: a path, a value of the environment, a stack frame of ours.
 *
 * Values of the environment shorter than eight characters, and those that are plain words, are left out: they may stand
 * in any text.
 */
export function hostLeak(text: string, source: string): string | null {
  for (const pattern of patterns) {
    const found = pattern.exec(text);
    if (found !== null && !source.includes(found[0])) return found[0];
  }
  for (const secret of secrets()) if (text.includes(secret) && !source.includes(secret)) return secret;
  return null;
}

let known: readonly string[] | undefined;

function secrets(): readonly string[] {
  const environment = Object.values(process.env).flatMap((value) =>
    value !== undefined && value.length >= 8 && /[^a-z]/i.test(value) ? [value] : [],
  );
  known ??= [
    process.execPath,
    process.cwd(),
    homedir(),
    hostname(),
    fileURLToPath(new URL('../..', import.meta.url)),
    ...environment,
  ].filter((secret) => secret.length >= 5);
  return known;
}
