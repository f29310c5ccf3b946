import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { ROOT } from '../setup/project.mjs';
import { BUNDLES, bundlePath } from './bundle.mjs';

/** Chromium's own sandbox does not work for root, as in most containers. */
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const executablePath = process.env['TURNWISE_CHROMIUM'];

/**
 * The tests of the browser packages in Chromium. Where a test imports a whole package (`@turnwise/advantages`, or the
 * `index.js` of its own), it gets the bundle; tests beside a source get the source.
 */
export default defineConfig({
  root: ROOT,
  test: {
    projects: BUNDLES.map(({ name }) => ({
      root: join(ROOT, 'packages', name),
      logLevel: /** @type {const} */ ('error'),
      cacheDir: join(ROOT, '.cache', 'browser', 'vite', name),
      // Bundles lie outside of the package.
      server: { fs: { allow: [ROOT] } },
      optimizeDeps: { include: thirdParties(name) },
      plugins: [{ name: 'bundles', enforce: /** @type {const} */ ('pre'), resolveId: resolver(name) }],
      test: {
        name,
        include: ['{src,test}/**/*.test.ts'],
        testTimeout: 60_000,
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          provider: playwright({ launchOptions: { ...(executablePath ? { executablePath } : {}), args } }),
          instances: [{ browser: /** @type {const} */ ('chromium') }],
        },
      },
    })),
  },
});

/**
 * What Vite makes ready before the first test: found later, it would load the page anew.
 *
 * @param {string} name
 */
function thirdParties(name) {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8'),
  );
  const all = [...Object.keys(dependencies), ...Object.keys(devDependencies)];
  const build = ['typescript', 'vitest'];
  return all.filter((own) => !own.startsWith('@turnwise/') && !own.startsWith('@types/') && !build.includes(own));
}

/**
 * @param {string} name
 * @returns {(source: string) => string | null}
 */
function resolver(name) {
  const bundled = BUNDLES.map((own) => own.name);
  return (source) => {
    const [, of] = /^@turnwise\/([a-z]+)$/.exec(source) ?? [];
    if (of !== undefined && bundled.includes(/** @type {'gtpo'} */ (of))) return bundlePath(of);
    if (source === '../src/index.js') return bundlePath(name);
    if (source === '../test/local-endpoint.js') {
      return join(ROOT, 'packages', name, 'test', 'local-endpoint.browser.ts');
    }
    return null;
  };
}
