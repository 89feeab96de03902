import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';

const sandboxFlag = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const root = fileURLToPath(new URL('../../..', import.meta.url));
const probe = fileURLToPath(new URL('./start-probe.cjs', import.meta.url));
export const bareWindow = fileURLToPath(new URL('../bare-window', import.meta.url));
export const candor = root;

const flags = (profile: string): string[] => [...sandboxFlag, '--disable-gpu', `--user-data-dir=${profile}`];

export type Running = { readonly app: ElectronApplication; readonly page: Page };

/** Candor under Playwright's hand, for what is measured while it runs; starting this way costs time of its own. */
export async function launch(profile: string): Promise<Running> {
  const app = await _electron.launch({ args: [root, ...flags(profile)], cwd: root });
  const page = await app.firstWindow();
  await page.locator('main').waitFor();
  return { app, page };
}

export type Interactive = {
  /** A CSS selector of what is in sight when the window is of use. */
  readonly ready: string;
  /** A key that must work then, and what is in sight when it has worked. */
  readonly press?: { readonly key: string; readonly effect: string };
};
export type Start = { readonly visibleMs: number; readonly answeredMs: number };

/** Starts a program as a person does, with nothing attached to it but a probe, and waits until it has ended again. */
export async function coldStart(folder: string, profile: string, wanted: Interactive): Promise<Start> {
  const executable = ((await import('electron')) as unknown as { default: string }).default;
  const begun = Date.now();
  const child = spawn(executable, ['-r', probe, folder, ...flags(profile)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CANDOR_BENCH_READY: wanted.ready,
      CANDOR_BENCH_KEY: wanted.press?.key ?? '',
      CANDOR_BENCH_EFFECT: wanted.press?.effect ?? '',
    },
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  let start: Start | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('measured ')) continue;
    const { visible, answered } = JSON.parse(line.slice('measured '.length)) as {
      visible: number;
      answered: number;
    };
    start = { visibleMs: visible - begun, answeredMs: answered - begun };
  }
  const code = await exited;
  if (!start || code !== 0)
    throw new Error(`${folder} ended with ${code} before it could be measured:\n${said}`);
  return start;
}
