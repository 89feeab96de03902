import { isAbsolute, relative, resolve } from 'node:path';

/**
 * The file that a URL path names inside `folder`, or undefined when it leads outside. Decodes once: a path that
 * still holds an escape after that names no file of ours.
 */
export function fileInside(folder: string, pathname: string): string | undefined {
  const decoded = decode(pathname);
  if (decoded === undefined || decoded.includes('\0') || decoded.includes('\\')) return undefined;
  const file = resolve(folder, `.${decoded}`);
  const way = relative(folder, file);
  return way === '' || way.startsWith('..') || isAbsolute(way) ? undefined : file;
}

function decode(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
}
