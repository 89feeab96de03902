/**
 * One writer per folder across processes: a child that outlived its killed parent, or a second terminal,
 * is waited for. The file names the process that writes; a dead one's file means nothing.
 */
import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { readText, writeFileAtomic } from './files.mjs';

const LOOK_EVERY_MS = 500;

/** Waits until nobody holds `file`. `onWait` is called once if that takes any time. */
export async function waitForOther(file, onWait = () => {}) {
  let told = false;
  while (isAlive(Number(readText(file) ?? 0))) {
    if (!told) onWait();
    told = true;
    await wait(LOOK_EVERY_MS);
  }
}

export const holdBy = (file, pid) => writeFileAtomic(file, String(pid));
export const release = (file) => rmSync(file, { force: true });

function isAlive(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
