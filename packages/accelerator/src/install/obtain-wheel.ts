import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AcceleratorError } from '../accelerator-error.js';
import { download } from './download.js';
import { fileSha256 } from './file-sha256.js';
import { OTHER_WAYS, request, withoutSecrets } from './http.js';
import { parseIndexPage } from './index-page.js';
import type { OnInstallEvent } from './install-event.js';
import type { PinnedWheel } from './pinned-wheels.js';
import { pipDownload } from './pip-download.js';
import type { PipSettings } from './pip-settings.js';

/** Where a wheel may come from. */
export interface WheelSources {
  /** A wheel or a folder of wheels that the user named: then nothing else is tried. */
  readonly from?: string;
  /** The cache's folder for downloads. */
  readonly downloads: string;
  readonly pip: PipSettings;
  /** Python programs that may have pip, tried when no index answered. */
  readonly pythons: readonly string[];
  readonly pauses?: readonly number[];
  readonly signal?: AbortSignal;
  readonly onEvent: OnInstallEvent;
}

/**
 * The path of a wheel whose SHA-256 is right. Tried in order: what the user named; an earlier download; pip's
 * find-links; each index; pip itself, which knows proxies, certificates and passwords that we do not. Failures
 * before a success are told as notes; without a success the first of them is thrown.
 */
export async function obtainWheel(wheel: PinnedWheel, sources: WheelSources): Promise<string> {
  if (sources.from !== undefined) return named(wheel, sources.from);
  await mkdir(sources.downloads, { recursive: true });
  for (const folder of [sources.downloads, ...sources.pip.findLinks]) {
    const file = await lookIn(wheel, folder);
    if (file !== null) return file;
  }
  const target = join(sources.downloads, wheel.file);
  const failures: AcceleratorError[] = [];
  for (const attempt of attempts(wheel, target, sources)) {
    try {
      await attempt();
      for (const { problem } of failures)
        sources.onEvent({ status: 'note', text: `${problem}; another source had it` });
      return target;
    } catch (error) {
      sources.signal?.throwIfAborted();
      if (!(error instanceof AcceleratorError) || error.code === 'disk-full') throw error;
      failures.push(error);
    }
  }
  throw failures[0] ?? noIndex();
}

/** A user who names TensorFlow's wheel, not a folder, has said nothing about the other ones. */
export async function withoutNamedFile(sources: WheelSources): Promise<WheelSources> {
  const { from, ...others } = sources;
  if (from === undefined) return sources;
  return (await stat(from)).isDirectory() ? sources : others;
}

function attempts(wheel: PinnedWheel, target: string, sources: WheelSources): readonly (() => Promise<void>)[] {
  const { indexes } = sources.pip;
  const fetches = indexes.map((index) => () => fromIndex(wheel, index, target, sources));
  return indexes.length === 0 ? fetches : [...fetches, () => fromPip(wheel, target, sources)];
}

async function named(wheel: PinnedWheel, from: string): Promise<string> {
  const found = await stat(from).catch(() => null);
  const file = found?.isDirectory() ? join(from, wheel.file) : from;
  if (!found?.isDirectory() && basename(from) !== wheel.file) {
    throw new AcceleratorError(
      'not-found',
      `${from} must be ${wheel.file} or a folder that holds it`,
      'name that file',
    );
  }
  if ((await stat(file).catch(() => null)) === null) {
    throw new AcceleratorError('not-found', `${file} is not there`, `put ${wheel.file} there, or leave out --from`);
  }
  await checkHash(wheel, file);
  return file;
}

/** A wheel in a folder (or a link to the file itself); one with another hash is not taken. */
async function lookIn(wheel: PinnedWheel, folder: string): Promise<string | null> {
  const file = basename(folder) === wheel.file ? folder : join(folder, wheel.file);
  if ((await stat(file).catch(() => null)) === null) return null;
  return (await fileSha256(file)) === wheel.sha256 ? file : null;
}

async function checkHash(wheel: PinnedWheel, file: string): Promise<void> {
  const sha256 = await fileSha256(file);
  if (sha256 === wheel.sha256) return;
  throw new AcceleratorError(
    'checksum',
    `${file} must have the SHA-256 ${wheel.sha256}, got ${sha256}`,
    'fetch that file anew',
  );
}

async function fromIndex(wheel: PinnedWheel, index: string, target: string, sources: WheelSources): Promise<void> {
  const { signal, pauses, onEvent } = sources;
  const address = `${index}/${wheel.project}/`;
  const response = await request(
    address,
    { accept: 'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1' },
    signal,
  );
  const page = parseIndexPage(await response.text(), response.url);
  const link = page.get(wheel.file);
  if (link === undefined) {
    const what = page.size === 0 ? 'is not a page of a package index' : `does not list ${wheel.file}`;
    throw new AcceleratorError(
      page.size === 0 ? 'bad-answer' : 'not-found',
      `${withoutSecrets(address)} ${what}`,
      OTHER_WAYS,
    );
  }
  await download({
    url: withSecretsOf(address, link),
    target,
    sha256: wheel.sha256,
    bytes: wheel.bytes,
    onBytes: (done, total) => onEvent({ status: 'download', file: wheel.file, done, total }),
    ...(signal ? { signal } : {}),
    ...(pauses ? { pauses } : {}),
  });
}

/** A file on the same server as its index needs the same password. */
function withSecretsOf(address: string, link: string): string {
  const index = new URL(address);
  const file = new URL(link);
  if (file.origin === index.origin && file.username === '') {
    file.username = index.username;
    file.password = index.password;
  }
  return file.href;
}

async function fromPip(wheel: PinnedWheel, target: string, sources: WheelSources): Promise<void> {
  const folder = `${target}.pip`;
  try {
    const file = await pipDownload(wheel, folder, sources);
    await checkHash(wheel, file);
    await rename(file, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function noIndex(): AcceleratorError {
  return new AcceleratorError(
    'no-index',
    'pip is configured to use no package index, and no folder named by PIP_FIND_LINKS holds the wheel',
    'name an index with TURNWISE_PYTHON_INDEX, or pass a wheel or a folder of wheels with --from PATH',
  );
}
