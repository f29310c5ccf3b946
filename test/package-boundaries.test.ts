import { builtinModules } from 'node:module';
import { describe, expect, test } from 'vitest';
import { ALLOWED_EDGES, BROWSER_PACKAGES, ISOLATE_FILES, TENSORFLOW_PACKAGES } from './allowed-edges.js';
import { packageOf, workspacePackages } from './workspace.js';

const packages = workspacePackages();
const ours = (name: string) => Object.hasOwn(ALLOWED_EDGES, name);
/** `path imports specifier` for every import that `bad` picks. */
const violations = (bad: (of: { name: string; path: string; shipped: boolean; specifier: string }) => boolean) =>
  packages.flatMap(({ manifest, sources }) =>
    sources.flatMap(({ path, shipped, specifiers }) =>
      specifiers
        .filter((specifier) => bad({ name: manifest.name, path, shipped, specifier }))
        .map((specifier) => `${path} imports ${specifier}`),
    ),
  );

test('every package has its row of allowed edges, and every row its package', () => {
  expect(packages.map(({ manifest }) => manifest.name).sort()).toEqual(Object.keys(ALLOWED_EDGES).sort());
});

test('the allowed edges have no cycle', () => {
  const reaches = (from: string, to: string): boolean =>
    (ALLOWED_EDGES[from] ?? []).some((next) => next === to || reaches(next, to));
  expect(Object.keys(ALLOWED_EDGES).filter((name) => reaches(name, name))).toEqual([]);
});

describe.each(packages.map(({ manifest, sources }) => ({ name: manifest.name, manifest, sources })))(
  '$name',
  (part) => {
    const { dependencies = {}, peerDependencies = {}, optionalDependencies = {}, devDependencies = {} } = part.manifest;

    test('declares no dependency on ours but the allowed ones', () => {
      const declared = [dependencies, peerDependencies, optionalDependencies, devDependencies].flatMap(Object.keys);
      const allowed = ALLOWED_EDGES[part.name] ?? [];
      expect(declared.filter((name) => ours(name) && !allowed.includes(name))).toEqual([]);
    });

    test('takes ours from the workspace', () => {
      const links = [dependencies, peerDependencies, optionalDependencies, devDependencies].flatMap(Object.entries);
      expect(links.filter(([name, range]) => ours(name) && !range.startsWith('workspace:'))).toEqual([]);
    });

    test('imports nothing that it does not declare', () => {
      const shippable = new Set([dependencies, peerDependencies, optionalDependencies].flatMap(Object.keys));
      const testable = new Set([...shippable, ...Object.keys(devDependencies)]);
      const undeclared = part.sources.flatMap(({ path, shipped, specifiers }) =>
        specifiers
          .map(packageOf)
          .filter((name) => name !== null && name !== part.name && !builtinModules.includes(name))
          .filter((name) => !(shipped ? shippable : testable).has(name as string))
          .map((name) => `${path} imports ${name}`),
      );
      expect(undeclared).toEqual([]);
    });
  },
);

test('no import of ours leaves the allowed edges, tests among them', () => {
  const leaves = violations(({ name, specifier }) => {
    const target = packageOf(specifier);
    return target !== null && target !== name && ours(target) && !(ALLOWED_EDGES[name] ?? []).includes(target);
  });
  expect(leaves).toEqual([]);
});

test('no relative import leaves its package', () => {
  const leaves = violations(({ path, specifier }) => {
    if (!specifier.startsWith('.')) return false;
    const target = new URL(specifier, `file:///${path}`).pathname.split('/').slice(1, 3).join('/');
    return target !== path.split('/').slice(0, 2).join('/');
  });
  expect(leaves).toEqual([]);
});

test('the browser packages ship no import of Node', () => {
  const node = violations(
    ({ name, shipped, specifier }) =>
      shipped &&
      BROWSER_PACKAGES.includes(name) &&
      (specifier.startsWith('node:') || builtinModules.includes(specifier.split('/')[0] as string)),
  );
  expect(node).toEqual([]);
});

test('only policy and accelerator import TensorFlow.js', () => {
  const tensorflow = violations(
    ({ name, specifier }) => specifier.startsWith('@tensorflow/') && !TENSORFLOW_PACKAGES.includes(name),
  );
  expect(tensorflow).toEqual([]);
});

test('only the wall and its peer import isolated-vm', () => {
  const users = violations(
    ({ path, specifier }) => packageOf(specifier) === 'isolated-vm' && !ISOLATE_FILES.includes(path),
  );
  expect(users).toEqual([]);
});

test('sandbox and rewards do not know each other', () => {
  const pair = ['@turnwise/sandbox', '@turnwise/rewards'];
  const known = violations(({ name, specifier }) => {
    const target = packageOf(specifier);
    return pair.includes(name) && target !== name && target !== null && pair.includes(target);
  });
  expect(known).toEqual([]);
});

test('every package says its licence, that it is ESM, and which Node it needs', () => {
  const expected = { license: 'Apache-2.0', type: 'module', node: '>=22.12' };
  for (const { manifest } of packages) {
    const { license, type, engines } = manifest;
    expect({ license, type, node: engines?.['node'] }, manifest.name).toEqual(expected);
  }
});
