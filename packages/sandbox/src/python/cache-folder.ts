import { homedir, platform } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where snapshots are kept: in `TURNWISE_CACHE`, else `LOCALAPPDATA\turnwise` on Windows, else `XDG_CACHE_HOME/turnwise`,
 * else `~/.cache/turnwise`. An empty variable counts as unset, and so does a relative `XDG_CACHE_HOME`.
 */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  os: string = platform(),
  home: string = homedir(),
): string {
  const { TURNWISE_CACHE: own, LOCALAPPDATA: local, XDG_CACHE_HOME: xdg } = environment;
  if (own) return resolve(own);
  if (os === 'win32' && local) return join(local, 'turnwise');
  return xdg?.startsWith('/') ? join(xdg, 'turnwise') : join(home, '.cache', 'turnwise');
}
