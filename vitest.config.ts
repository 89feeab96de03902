import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';
import { nodeWorkerPlugin } from './scripts/lib/node-worker-plugin.mjs';

const inProject = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const alias = { '@shared': inProject('shared'), '@': inProject('renderer/src') };
const MINUTE = 60_000;

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        plugins: [nodeWorkerPlugin(alias)],
        test: {
          name: 'node',
          environment: 'node',
          include: ['tests/{unit,db,networks,ipc,core,specs}/**/*.test.ts'],
          setupFiles: ['tests/specs/record.ts'],
          exclude: ['tests/networks/*-real.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      {
        resolve: { alias },
        plugins: [vue()],
        test: {
          name: 'renderer',
          environment: 'happy-dom',
          include: ['tests/renderer/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        // Real servers: slow to start, one at a time, never on the network outside this machine.
        resolve: { alias },
        plugins: [nodeWorkerPlugin(alias)],
        test: {
          name: 'servers',
          environment: 'node',
          include: ['tests/networks/*-real.test.ts', 'tests/servers/*/*.test.ts'],
          fileParallelism: false,
          testTimeout: 2 * MINUTE,
          hookTimeout: 3 * MINUTE,
        },
      },
      {
        // What the connectors asked for while the tests above ran, against the published specifications.
        resolve: { alias },
        test: { name: 'specs', environment: 'node', include: ['tests/specs/*.spec.ts'] },
      },
      {
        resolve: { alias },
        plugins: [nodeWorkerPlugin(alias)],
        test: {
          name: 'bench',
          environment: 'node',
          include: ['tests/bench/**/*.bench.ts'],
          fileParallelism: false,
          testTimeout: 5 * MINUTE,
          hookTimeout: 5 * MINUTE,
        },
      },
    ],
  },
});
