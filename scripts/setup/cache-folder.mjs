import { isAbsolute, join } from 'node:path';

/**
 * Where the tools that belong to a user and not to one checkout are kept: the pinned Node and pnpm.
 *
 * `TURNWISE_CACHE` if it is set; else the system's own place for caches below the home folder; else, where there is no
 * home folder, `.cache/` of the checkout.
 *
 * @param {{ env: Record<string, string | undefined>, platform: string, home: string, root: string }} machine
 */
export function cacheFolder({ env, platform, home, root }) {
  const absolute = (/** @type {string | undefined} */ path) => path !== undefined && isAbsolute(path);
  const own = env['TURNWISE_CACHE'];
  if (own !== undefined && own !== '') return isAbsolute(own) ? own : join(root, own);
  const xdg = env['XDG_CACHE_HOME'];
  if (xdg !== undefined && absolute(xdg)) return join(xdg, 'turnwise');
  const localAppData = env['LOCALAPPDATA'];
  if (platform === 'win32' && localAppData !== undefined && absolute(localAppData)) {
    return join(localAppData, 'turnwise');
  }
  if (!absolute(home)) return join(root, '.cache', 'turnwise');
  return platform === 'darwin' ? join(home, 'Library', 'Caches', 'turnwise') : join(home, '.cache', 'turnwise');
}
