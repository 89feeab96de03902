/** Folders the scripts work with. Caches live outside the checkout, so a fresh clone reuses them. */
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** `${XDG_CACHE_HOME:-~/.cache}/candor`, and the usual cache folders on macOS and Windows. */
export function cacheRoot(env = process.env, platform = process.platform, home = homedir()) {
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'candor');
  if (platform === 'win32')
    return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'candor', 'cache');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'candor');
  return join(home, '.cache', 'candor');
}

export const inProject = (...parts) => join(projectRoot, ...parts);
export const inCache = (...parts) => join(cacheRoot(), ...parts);
