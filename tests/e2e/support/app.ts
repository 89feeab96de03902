import { _electron, test as base, type ElectronApplication, type Page } from '@playwright/test';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type LaunchOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
};

/** One installation of Candor with its own profile folder: can be started, killed and started again. */
export type Installation = {
  readonly profile: string;
  /** Starts the program without attaching to it, as a person would from a menu. */
  readonly start: () => Promise<{ readonly pid: number; readonly exited: Promise<number | null> }>;
  readonly launch: (
    options?: LaunchOptions,
  ) => Promise<{ readonly app: ElectronApplication; readonly page: Page }>;
};

/** Chromium's own sandbox cannot run as root; a normal user keeps it. */
const sandboxFlag = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

const programArguments = (profile: string): string[] => [
  '.',
  ...sandboxFlag,
  '--disable-gpu',
  `--user-data-dir=${profile}`,
];

/** Where the Electron is that the tests run on; its package knows. */
const executable = async (): Promise<string> =>
  ((await import('electron')) as unknown as { default: string }).default;

async function launch(
  profile: string,
  { env = {}, args = [] }: LaunchOptions,
): Promise<{ app: ElectronApplication; page: Page }> {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const app = await _electron.launch({
    args: [...programArguments(profile), ...args],
    env: { ...inherited, ...env },
  });
  const page = await app.firstWindow();
  await page.locator('main').waitFor();
  return { app, page };
}

type Open = Installation & { readonly close: () => Promise<void> };

/** A fresh installation. Whoever makes it closes it; several tests may share one. */
export function createInstallation(): Open {
  const profile = mkdtempSync(join(tmpdir(), 'candor-e2e-'));
  const apps: ElectronApplication[] = [];
  return {
    profile,
    start: async () => {
      const child = spawn(await executable(), programArguments(profile), { stdio: 'ignore' });
      return { pid: child.pid ?? 0, exited: new Promise((resolve) => child.once('exit', resolve)) };
    },
    launch: async (options = {}) => {
      const started = await launch(profile, options);
      apps.push(started.app);
      return started;
    },
    close: async () => {
      for (const app of apps) await app.close().catch(() => undefined);
      rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

export const test = base.extend<{ readonly installation: Installation }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the dependencies of a fixture from this pattern
  installation: async ({}, use) => {
    const installation = createInstallation();
    await use(installation);
    await installation.close();
  },
});
export { expect } from '@playwright/test';
