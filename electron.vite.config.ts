import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';

const inProject = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const shared = { '@shared': inProject('shared') };

/**
 * The targets are those of the oldest runtime the app runs on, not of the Electron in package.json:
 * see scripts/lib/fallback-electron.mjs.
 */
const NODE_TARGET = 'node20.18';
const CHROMIUM_TARGET = 'chrome130';

/**
 * What main loads at every start is built into its one file: reading a few hundred small modules takes longer
 * than opening the workspace. What is native or loaded on demand stays in node_modules.
 */
const BUNDLED = [
  'aws4fetch',
  'drizzle-orm',
  'electron-log',
  'fflate',
  'p-queue',
  'temporal-polyfill',
  'twitter-text',
  'zod',
];

/** Which source a build was made from; it stands in every log entry. */
function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    // built from an unpacked archive, outside a checkout
    return 'unknown';
  }
}

export default defineConfig({
  main: {
    define: { __CANDOR_COMMIT__: JSON.stringify(commit()) },
    resolve: { alias: shared },
    build: {
      target: NODE_TARGET,
      outDir: 'out/main',
      sourcemap: true,
      externalizeDeps: { exclude: BUNDLED },
      lib: { entry: inProject('electron/main/index.ts'), formats: ['es'] },
      rollupOptions: { output: { entryFileNames: '[name].js' } },
    },
  },
  preload: {
    resolve: { alias: shared },
    build: {
      target: NODE_TARGET,
      outDir: 'out/preload',
      // A sandboxed preload can load nothing but electron: it is one CommonJS file.
      externalizeDeps: false,
      lib: { entry: inProject('electron/preload/index.ts'), formats: ['cjs'] },
      rollupOptions: { output: { entryFileNames: '[name].cjs' } },
    },
  },
  renderer: {
    root: inProject('renderer'),
    resolve: { alias: { ...shared, '@': inProject('renderer/src') } },
    plugins: [vue(), tailwindcss()],
    build: {
      target: CHROMIUM_TARGET,
      outDir: inProject('out/renderer'),
      // The content security policy allows no inline script and no data: URL for code or styles.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      minify: true,
      rollupOptions: { input: inProject('renderer/index.html') },
    },
  },
});
