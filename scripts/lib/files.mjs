/** File operations that leave either the old state or the new one when the process is killed in between. */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

const STAGING = '.staging-';
const STALE_AFTER_MS = 6 * 60 * 60 * 1000;

export function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  }
}

export function writeFileAtomic(path, content, mode) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  writeFileSync(temporary, content, mode === undefined ? {} : { mode });
  renameSync(temporary, path);
}

/**
 * Builds a folder beside its final place and moves it there in one rename.
 * A folder that exists at `target` is therefore always complete; one that another process
 * finished first is kept.
 */
export async function buildFolder(target, build) {
  mkdirSync(dirname(target), { recursive: true });
  removeStaleStaging(dirname(target));
  const staging = mkdtempSync(join(dirname(target), STAGING));
  try {
    await build(staging);
    moveIntoPlace(staging, target);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return target;
}

function moveIntoPlace(staging, target) {
  try {
    renameSync(staging, target);
  } catch (error) {
    if (
      !['EEXIST', 'ENOTEMPTY', 'EPERM'].includes(error.code) ||
      !statSync(target, { throwIfNoEntry: false })
    )
      throw error;
  }
}

function removeStaleStaging(folder) {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(STAGING)) continue;
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs > STALE_AFTER_MS) rmSync(path, { recursive: true, force: true });
  }
}

/** Calls back once when a file that does not exist yet has content. Does not keep the process alive. */
export function whenWritten(path, callback) {
  mkdirSync(dirname(path), { recursive: true });
  const watcher = watch(dirname(path), { persistent: false }, () => {
    if (!statSync(path, { throwIfNoEntry: false })?.size) return;
    watcher.close();
    callback();
  });
}
