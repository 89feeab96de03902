/** Decides whether a step has anything to do: a step is skipped when the fingerprint of its inputs is unchanged. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Hash of named values. Keys are sorted, so the order in which a caller lists them does not matter. */
export function fingerprint(inputs) {
  const hash = createHash('sha256');
  for (const key of Object.keys(inputs).sort()) hash.update(`${key}\0${String(inputs[key])}\0`);
  return hash.digest('hex').slice(0, 32);
}

/** SHA-256 of a file's bytes, or 'missing', so that an absent input is an input too. */
export function fileHash(path) {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch (error) {
    if (error.code === 'ENOENT') return 'missing';
    throw error;
  }
}

/** Hash over the names (relative to `base`) and bytes of every file below `roots` (files or folders). */
export function treeHash(roots, base) {
  const hash = createHash('sha256');
  for (const root of roots) {
    for (const file of listFiles(root)) {
      hash.update(`${relative(base, file).split(sep).join('/')}\0${fileHash(file)}\0`);
    }
  }
  return hash.digest('hex').slice(0, 32);
}

function listFiles(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => listFiles(join(path, name)));
}
