import { isAbsolute, join, resolve } from 'node:path';

/**
 * Where the tools that belong to a user and not to one checkout are kept: the pinned Node and pnpm, and the
 * accelerator's TensorFlow beside them (`@turnwise/accelerator` looks in the same place).
 *
 * `TURNWISE_CACHE` if it is set; else the system's own place for caches below the home folder; else, where there is no
 * home folder, `.cache/turnwise` of the checkout. An empty or relative path of the system counts as unset.
 *
 * @param {{ env: Record<string, string | undefined>, platform: string, home: string, root: string }} machine
 */
export function cacheFolder({ env, platform, home, root }) {
  const { TURNWISE_CACHE: own, LOCALAPPDATA: local, XDG_CACHE_HOME: xdg } = env;
  if (own) return resolve(root, own);
  if (platform === 'win32' && local) return join(local, 'turnwise');
  if (xdg && isAbsolute(xdg)) return join(xdg, 'turnwise');
  return join(isAbsolute(home) ? home : root, '.cache', 'turnwise');
}
