import { defineConfig } from '@playwright/test';

/** The pictures of the README, taken from the running app: `node scripts/make-screenshots.mjs`. */
export default defineConfig({ testDir: '.', workers: 1, timeout: 180_000, reporter: [['list']] });
