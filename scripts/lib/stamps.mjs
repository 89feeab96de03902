/** Remembers what a finished step was finished for. A stamp is written last, so a killed step has none. */
import { rmSync } from 'node:fs';
import { readText, writeFileAtomic } from './files.mjs';
import { inProject } from './paths.mjs';

const stampFile = (name) => inProject('node_modules', '.tmp', 'stamps', name);

export const isStamped = (name, fingerprint) => readText(stampFile(name)) === fingerprint;
export const stamp = (name, fingerprint) => writeFileAtomic(stampFile(name), fingerprint);
export const unstamp = (name) => rmSync(stampFile(name), { force: true });
