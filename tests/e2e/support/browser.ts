import type { ElectronApplication, Page } from '@playwright/test';

/**
 * Stands in for the person's browser: what the app hands to the system opens in a window that has nothing of the
 * app, neither its session nor its bounds.
 */
export const installBrowser = (app: ElectronApplication): Promise<void> =>
  app.evaluate(({ shell, BrowserWindow }) => {
    let opened = 0;
    shell.openExternal = async (address) => {
      const window = new BrowserWindow({
        webPreferences: { partition: `browser-${(opened += 1)}`, sandbox: true },
      });
      for (const bound of ['will-navigate', 'will-redirect']) window.webContents.removeAllListeners(bound);
      await window.loadURL(address);
    };
  });

/** The window that opens by what is done: the browser's, or that of a sign-in. */
export async function windowBy(app: ElectronApplication, act: () => Promise<unknown>): Promise<Page> {
  const [window] = await Promise.all([app.waitForEvent('window'), act()]);
  return window;
}

/** Everything that the app answers its window from now on, as text. */
export async function overhear(app: ElectronApplication): Promise<() => Promise<string>> {
  await app.evaluate(({ ipcMain }) => {
    type Handler = (...parameters: unknown[]) => Promise<unknown>;
    const handlers = (ipcMain as unknown as { readonly _invokeHandlers: Map<string, Handler> })
      ._invokeHandlers;
    const heard: string[] = [];
    Object.assign(globalThis, { heardByTheTest: heard });
    for (const [channel, handler] of [...handlers])
      handlers.set(channel, async (...parameters) => {
        const answer = await handler(...parameters);
        heard.push(JSON.stringify(answer));
        return answer;
      });
  });
  return () =>
    app.evaluate(() =>
      (globalThis as unknown as { readonly heardByTheTest: string[] }).heardByTheTest.join('\n'),
    );
}
