import { Menu, nativeImage, Tray } from 'electron';
import type { Core } from '../core';
import type { Logger } from '../ports';

type TrayDeps = {
  readonly core: Core;
  readonly icon: string;
  readonly log: Logger;
  readonly open: () => void;
  readonly quit: () => void;
};

const time = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' });
const FIRST_LINE = 40;

/** The tray: the next post, the kill switch, and the way back to the window. */
export function createTray({ core, icon, log, open, quit }: TrayDeps): void {
  const tray = new Tray(nativeImage.createFromPath(icon));
  tray.setToolTip('Candor');
  tray.on('click', open);

  const refresh = async (): Promise<void> => {
    const [{ nextPost }, ai] = await Promise.all([core.call('app.state', {}), core.call('ai.state', {})]);
    if (tray.isDestroyed()) return;
    const next = nextPost
      ? `Next post: ${time.format(nextPost.at)} ${nextPost.firstLine.slice(0, FIRST_LINE)}`
      : 'No post is scheduled';
    const aiLabel = ai.enabled ? 'Stop all AI' : 'Allow AI again';
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: next, enabled: false },
        { type: 'separator' },
        { label: 'Open Candor', click: open },
        {
          label: aiLabel,
          enabled: ai.stoppedBy !== 'log_broken',
          click: () => void core.call('ai.killSwitch', { stopped: ai.enabled }),
        },
        { type: 'separator' },
        { label: 'Quit Candor', click: quit },
      ]),
    );
  };
  const refreshLogged = (): void => {
    refresh().catch((thrown: unknown) =>
      log.error('the tray menu could not be made', { detail: String(thrown) }),
    );
  };
  refreshLogged();
  core.events.on((event) => {
    if (event.type === 'posts.changed' || event.type === 'ai.changed') refreshLogged();
  });
}
