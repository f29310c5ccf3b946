import { existsSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createJiti } from 'jiti';
import { UsageError } from '../usage-error.js';
import { isRecord } from './finite-values.js';

/** What a module is loaded for; also the name under which it may export its function. */
export type PluginKind = 'reward' | 'estimator';

export interface LoadedModule {
  /** The file that the specifier led to. */
  readonly path: string;
  readonly run: (...given: never[]) => unknown;
}

const builtIn: Readonly<Record<PluginKind, string>> = {
  reward: 'gtpo, grpo, outcome, format',
  estimator: 'gtpo, grpo',
};

/**
 * Imports a user's module, JavaScript or TypeScript: an absolute path, or a package name seen from `cwd`. Its default
 * export, or the one named `reward` or `estimator`, must be a function. Throws a `UsageError` that names the option,
 * the module and what is wrong with it.
 */
export async function loadModule(specifier: string, kind: PluginKind, cwd: string): Promise<LoadedModule> {
  const name = `--${kind} ${shown(specifier, cwd)}`;
  const parent = pathToFileURL(join(cwd, 'package.json')).href;
  const jiti = createJiti(parent, { fsCache: false, interopDefault: false });
  const path = resolvePath(jiti, specifier, name, kind, parent);
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await jiti.import<Readonly<Record<string, unknown>>>(path);
  } catch (error) {
    throw new UsageError(`${name}: could not be loaded: ${(error as Error).message}`, { cause: error });
  }
  const run = functionOf(exported, kind);
  if (run === null)
    throw new UsageError(`${name}: must export a function as default or as "${kind}", ${found(exported)}`);
  return { path, run };
}

function resolvePath(
  jiti: ReturnType<typeof createJiti>,
  specifier: string,
  name: string,
  kind: PluginKind,
  parent: string,
): string {
  if (isAbsolute(specifier)) {
    if (!existsSync(specifier)) throw new UsageError(`${name}: no such file`);
    return specifier;
  }
  try {
    const resolved = jiti.esmResolve(specifier, { parentURL: parent });
    return resolved.startsWith('file:') ? fileURLToPath(resolved) : resolved;
  } catch (error) {
    throw new UsageError(
      `${name}: neither built in (${builtIn[kind]}) nor a package that is found from here; a file begins with ./`,
      { cause: error },
    );
  }
}

function functionOf(exported: Readonly<Record<string, unknown>>, kind: PluginKind): LoadedModule['run'] | null {
  const byDefault = exported['default'];
  const nested = isRecord(byDefault) ? byDefault[kind] : undefined;
  const candidate = [byDefault, exported[kind], nested].find((value) => typeof value === 'function');
  return (candidate as LoadedModule['run'] | undefined) ?? null;
}

function found(exported: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(exported).map((key) => `${key} (${typeof exported[key]})`);
  return names.length === 0 ? 'exports nothing' : `exports ${names.join(', ')}`;
}

function shown(specifier: string, cwd: string): string {
  if (!isAbsolute(specifier)) return specifier;
  const fromHere = relative(cwd, specifier);
  return fromHere.startsWith('..') ? specifier : `./${fromHere}`;
}
