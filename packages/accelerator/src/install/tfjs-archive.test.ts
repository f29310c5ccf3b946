import { expect, test } from 'vitest';
import { tfjsArchive } from './tfjs-archive.js';

/** The lines of the installer that are read; the placeholder is the installer's own. */
const PATH_LINE = ['`', '$', '{BASE_HOST}tensorflow/libtensorflow/libtensorflow-`;'].join('');
const scripts: Readonly<Record<string, string>> = {
  'install.js': `const BASE_HOST = CDN_STORAGE || 'https://bucket.test/';\n${PATH_LINE}`,
  'deps-constants.js': "const LIBTENSORFLOW_VERSION = '2.9.1';",
};
const read = (name: string) => scripts[name] as string;
const ending = 'cpu-linux-x86_64-2.9.1.tar.gz';

test('the address is the one in the installer, and its variables hold', () => {
  const url = (environment: Record<string, string>) => tfjsArchive('linux-x64', environment, read)?.url;
  expect(url({})).toBe(`https://bucket.test/tensorflow/libtensorflow/libtensorflow-${ending}`);
  expect(url({ CDN_STORAGE: 'https://mirror.test/' })).toBe(
    `https://mirror.test/tensorflow/libtensorflow/libtensorflow-${ending}`,
  );
  expect(url({ CDN_STORAGE: 'https://no.test/', npm_config_TFJS_NODE_CDN_STORAGE: 'https://own.test/' })).toBe(
    `https://own.test/tensorflow/libtensorflow/libtensorflow-${ending}`,
  );
  expect(url({ TFJS_NODE_BASE_URI: 'https://base.test/lib-' })).toBe(`https://base.test/lib-${ending}`);
});

test('the package that is a dependency still has those lines', () => {
  expect(tfjsArchive('linux-x64', {})).toEqual({
    url: expect.stringMatching(
      /^https:\/\/[^/]+\/tensorflow\/libtensorflow\/libtensorflow-cpu-linux-x86_64-2\.9\.1\.tar\.gz$/,
    ),
    file: `libtensorflow-${ending}`,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('without a known checksum, with other lines or another version there is no archive', () => {
  expect(tfjsArchive('darwin-arm64', {}, read)).toBeNull();
  expect(tfjsArchive('linux-x64', {}, () => '')).toBeNull();
  const newer = (name: string) => read(name).replace('2.9.1', '2.10.0');
  expect(tfjsArchive('linux-x64', {}, newer)).toBeNull();
  expect(tfjsArchive('linux-x64', { TFJS_NODE_BASE_URI: 'no address' }, read)).toBeNull();
});
