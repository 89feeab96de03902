/**
 * `import createWorker from './x?nodeWorker'` for vitest. electron-vite gives such a module its own
 * chunk in the build; under vitest this plugin bundles it into one file, so that tests run the same
 * worker code in a real worker thread.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { inProject } from './paths.mjs';

const QUERY = '?nodeWorker';

export function nodeWorkerPlugin(alias) {
  return {
    name: 'candor:node-worker',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (!source.endsWith(QUERY)) return null;
      const resolved = await this.resolve(source.slice(0, -QUERY.length), importer);
      return resolved && `${resolved.id}${QUERY}`;
    },
    async load(id) {
      if (!id.endsWith(QUERY)) return null;
      const file = await bundle(id.slice(0, -QUERY.length), alias);
      return `import { Worker } from 'node:worker_threads';
export default function createWorker(options) { return new Worker(${JSON.stringify(file)}, options); }`;
    },
  };
}

// Inside the checkout, so that the bundle finds node_modules; per process, so that two runs do not meet.
const outRoot = inProject('node_modules', '.tmp', 'workers', String(process.pid));
process.once('exit', () => rmSync(outRoot, { recursive: true, force: true }));

async function bundle(entry, alias) {
  const outDir = join(outRoot, hashOf(entry));
  await build({
    configFile: false,
    logLevel: 'warn',
    resolve: { alias },
    build: {
      outDir,
      target: 'node20.18',
      minify: false,
      ssr: entry,
      rollupOptions: { output: { format: 'es', entryFileNames: 'worker.mjs' } },
    },
  });
  return join(outDir, 'worker.mjs');
}

const hashOf = (text) => createHash('sha256').update(text).digest('hex').slice(0, 12);
