import { app, dialog, type BrowserWindow } from 'electron';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Core } from '../core';
import type { Logger } from '../ports';

type LifecycleDeps = { readonly core: Core; readonly window: BrowserWindow; readonly log: Logger };

/**
 * Closing the window keeps the app in the tray while posts are scheduled, if the person wants that (asked once);
 * quitting stops the core in order before the process ends.
 */
export function followLifecycle({ core, window, log }: LifecycleDeps): void {
  let stopping = false;
  let stopped = false;

  window.on('close', (event) => {
    if (stopping) return;
    event.preventDefault();
    void closeOrHide().catch((thrown: unknown) => {
      log.error('closing the window failed', { detail: String(thrown) });
      app.quit();
    });
  });

  const closeOrHide = async (): Promise<void> => {
    await nextTurn();
    const { nextPost } = await core.call('app.state', {});
    if (nextPost && (await wantsTray())) window.hide();
    else app.quit();
  };

  const wantsTray = async (): Promise<boolean> => {
    const { keepInTray } = await core.call('settings.get', {});
    if (keepInTray !== null) return keepInTray;
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      message: 'Keep Candor running for scheduled posts?',
      detail:
        'A scheduled post can only be published while Candor runs. It can stay in the tray after its window is closed. This can be changed in Settings.',
      buttons: ['Keep running in the tray', 'Quit'],
      defaultId: 0,
      cancelId: 0,
    });
    const keep = response === 0;
    await core.call('settings.set', { keepInTray: keep });
    return keep;
  };

  app.on('before-quit', (event) => {
    stopping = true;
    if (stopped) return;
    event.preventDefault();
    // In a turn of its own: a debugger can make this event come up in the middle of a database call.
    nextTurn()
      .then(() => core.stop())
      .catch((thrown: unknown) => log.error('the core did not stop in order', { detail: String(thrown) }))
      .finally(() => {
        stopped = true;
        app.quit();
      });
  });
}
