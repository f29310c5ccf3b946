import { homedir, platform as osPlatform } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The folder that all projects of a user share: `TURNWISE_CACHE`, else `LOCALAPPDATA\turnwise` on Windows, else
 * `XDG_CACHE_HOME/turnwise`, else `~/.cache/turnwise`. An empty variable counts as unset, and so does a relative
 * `XDG_CACHE_HOME` (as its specification says).
 */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  os: string = osPlatform(),
  home: string = homedir(),
): string {
  const own = environment['TURNWISE_CACHE'];
  if (own) return resolve(own);
  const local = environment['LOCALAPPDATA'];
  if (os === 'win32' && local) return join(local, 'turnwise');
  const xdg = environment['XDG_CACHE_HOME'];
  if (xdg?.startsWith('/')) return join(xdg, 'turnwise');
  return join(home, '.cache', 'turnwise');
}
