import { app, net, type BrowserWindow } from 'electron';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCore } from '../core';
import type { Paths, Ports } from '../ports';
import { serveApp } from './app-protocol';
import { systemClock } from './clock';
import { externalLinks } from './external-links';
import { connectIpc } from './ipc-transport';
import { followLifecycle } from './lifecycle';
import { createLogger } from './logger';
import { installMenu } from './menu';
import { createNotifier } from './notifier';
import { createSecretStore } from './secret-store';
import { hardenApp } from './security';
import { createShellControls } from './shell-controls';
import { createSystemEvents } from './system-events';
import { createTray } from './tray';
import { createMainWindow, preloadFile, reveal } from './window';

declare const __CANDOR_COMMIT__: string;

/** The order in which the app comes up: ports, security, core, page, bridge, window, tray. */
export async function startApp(): Promise<void> {
  const bundle = dirname(fileURLToPath(import.meta.url));
  const paths = appPaths();
  const log = createLogger(join(paths.data, 'logs'));
  let window: BrowserWindow | undefined;

  hardenApp();
  const ports: Ports = {
    app: { name: app.getName(), version: app.getVersion(), commit: __CANDOR_COMMIT__ },
    clock: systemClock,
    secrets: createSecretStore(),
    system: createSystemEvents(systemClock),
    notifier: createNotifier((route) => run('go', route)),
    links: externalLinks,
    paths,
    log,
    http: (input, init) => net.fetch(input as string | Request, init),
    shell: createShellControls(() => window),
  };
  const core = await createCore(ports);
  const run = (command: string, argument?: string): void => {
    if (window) reveal(window);
    core.events.emit({ type: 'app.command', ids: argument === undefined ? [command] : [command, argument] });
  };

  serveApp(join(bundle, '../renderer'), core.mediaFile);
  const bridge = connectIpc({ core, clock: systemClock, log });
  installMenu({ run });
  const icon = (name: string): string => join(paths.resources, 'icons', name);
  const main = createMainWindow({
    preload: preloadFile(bundle),
    stateFile: join(paths.data, 'window.json'),
    icon: icon('icon-256.png'),
  });
  window = main;
  bridge.attach(main);
  followLifecycle({ core, window: main, log });
  createTray({ core, icon: icon('tray.png'), log, open: () => reveal(main), quit: () => app.quit() });
  app.on('second-instance', () => reveal(main));
  app.on('activate', () => reveal(main));
  await core.start();
}

const appPaths = (): Paths => ({
  data: app.getPath('userData'),
  backups: join(app.getPath('userData'), 'backups'),
  documents: app.getPath('documents'),
  resources: app.isPackaged ? join(process.resourcesPath, 'resources') : join(app.getAppPath(), 'resources'),
});
