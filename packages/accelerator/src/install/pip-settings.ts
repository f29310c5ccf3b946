import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { getDefaultRegistry } from 'purl/types';

/** Where pip would look for a package: what the user configured for pip holds here too. */
export interface PipSettings {
  /** Addresses of simple indexes, first choice first. */
  readonly indexes: readonly string[];
  /** Local folders or files that may hold wheels. */
  readonly findLinks: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads pip's settings as pip does: the variables `PIP_INDEX_URL`, `PIP_EXTRA_INDEX_URL`, `PIP_NO_INDEX` and
 * `PIP_FIND_LINKS`, else the sections `[global]` and `[download]` of its configuration files (virtual environment, user,
 * machine; `PIP_CONFIG_FILE` before all). `TURNWISE_PYTHON_INDEX` goes before everything. Without a configured index it
 * is the default one of the package URL standard for the type `pypi`, which is pip's default too.
 */
export function pipSettings(
  environment: Environment = process.env,
  read: (file: string) => string | null = readIfThere,
  home: string = homedir(),
): PipSettings {
  const file = mergedFiles(environment, read, home);
  const own = environment['TURNWISE_PYTHON_INDEX'];
  const value = (key: string): readonly string[] =>
    words(environment[`PIP_${key.replaceAll('-', '_').toUpperCase()}`] || file.get(key));
  const noIndex = ['1', 'true', 'yes', 'on'].includes(value('no-index')[0]?.toLowerCase() ?? '');
  const configured = value('index-url');
  const main = own ? [own] : noIndex ? [] : configured.length > 0 ? configured : defaultIndex();
  return {
    indexes: [...main, ...(noIndex ? [] : value('extra-index-url'))].map((url) => url.replace(/\/+$/, '')),
    findLinks: value('find-links').flatMap(localPath),
  };
}

function defaultIndex(): readonly string[] {
  const registry = getDefaultRegistry('pypi');
  return registry === null ? [] : [`${registry.replace(/\/+$/, '')}/simple`];
}

/** Later entries win, so the order is machine, user, virtual environment, named file; `[download]` beats `[global]`. */
function mergedFiles(
  environment: Environment,
  read: (file: string) => string | null,
  home: string,
): ReadonlyMap<string, string> {
  const named = environment['PIP_CONFIG_FILE'];
  if (named === '/dev/null') return new Map();
  const virtual = environment['VIRTUAL_ENV'];
  const files = [
    ...(environment['XDG_CONFIG_DIRS'] || '/etc/xdg').split(delimiter).map((folder) => join(folder, 'pip', 'pip.conf')),
    '/etc/pip.conf',
    join(home, '.pip', 'pip.conf'),
    join(home, 'Library', 'Application Support', 'pip', 'pip.conf'),
    join(environment['XDG_CONFIG_HOME'] || join(home, '.config'), 'pip', 'pip.conf'),
    ...(virtual ? [join(virtual, 'pip.conf')] : []),
    ...(named ? [named] : []),
  ];
  const merged = new Map<string, string>();
  for (const file of files) {
    const sections = parseIni(read(file) ?? '');
    for (const section of ['global', 'download']) {
      for (const [key, value] of sections.get(section) ?? []) merged.set(key, value);
    }
  }
  return merged;
}

/** `key = value` under `[section]`; indented lines go on with the value before; `#` and `;` start comments. */
export function parseIni(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  let last: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const header = /^\[([^\]]+)\]\s*$/.exec(line);
    const entry = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*)$/.exec(line);
    if (header) {
      const name = header[1] as string;
      section = sections.get(name) ?? new Map<string, string>();
      sections.set(name, section);
      last = null;
    } else if (/^\s/.test(line) && last !== null) {
      section.set(last, `${section.get(last) ?? ''} ${line.trim()}`.trim());
    } else if (entry) {
      last = (entry[1] as string).toLowerCase().replaceAll('_', '-');
      section.set(last, (entry[2] as string).trim());
    }
  }
  return sections;
}

function words(text: string | undefined): readonly string[] {
  return text?.split(/\s+/).filter((word) => word !== '') ?? [];
}

/** Links that are web pages are left to pip itself. */
function localPath(link: string): readonly string[] {
  if (link.startsWith('file://')) return [new URL(link).pathname];
  return /^[a-z]+:\/\//i.test(link) ? [] : [link];
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
