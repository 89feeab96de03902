/** Prints the path of the Electron executable that start and test would use, preparing it if need be. */
import { ensureRuntime } from './lib/electron-runtime.mjs';

const runtime = await ensureRuntime((words) => process.stderr.write(`electron: ${words}\n`));
process.stdout.write(`${runtime.executable}\n`);
