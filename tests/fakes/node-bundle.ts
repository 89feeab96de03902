import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { nodeWorkerPlugin } from '../../scripts/lib/node-worker-plugin.mjs';

const inProject = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const alias = { '@shared': inProject('shared') };

/** Bundles a TypeScript file so that plain `node` runs it in a process of its own. Returns the path of the bundle. */
export async function bundleForNode(entry: string): Promise<string> {
  const name = createHash('sha256').update(entry).digest('hex').slice(0, 12);
  // Inside the checkout, so that the bundle finds node_modules.
  const outDir = join(inProject('node_modules/.tmp/bundles'), String(process.pid), name);
  await build({
    configFile: false,
    logLevel: 'warn',
    resolve: { alias },
    plugins: [nodeWorkerPlugin(alias)],
    build: {
      outDir,
      target: 'node20.18',
      minify: false,
      ssr: entry,
      rollupOptions: { output: { format: 'es', entryFileNames: 'entry.mjs' } },
    },
  });
  return join(outDir, 'entry.mjs');
}
