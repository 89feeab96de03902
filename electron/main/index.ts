import { app, net, type BrowserWindow } from 'electron';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCore } from './core';
import type { Ports } from './ports';
import { registerAppScheme, serveApp } from './shell/app-protocol';
import { systemClock } from './shell/clock';
import { externalLinks } from './shell/external-links';
import { showFatalError } from './shell/fatal-error';
import { connectIpc } from './shell/ipc-transport';
import { followLifecycle } from './shell/lifecycle';
import { createLogger } from './shell/logger';
import { installMenu } from './shell/menu';
import { createNotifier } from './shell/notifier';
import { appPaths } from './shell/paths';
import { createSecretStore } from './shell/secret-store';
import { hardenApp } from './shell/security';
import { createShellControls } from './shell/shell-controls';
import { createSystemEvents } from './shell/system-events';
import { createTray } from './shell/tray';
import { createMainWindow, preloadFile, reveal } from './shell/window';

registerAppScheme();
if (app.requestSingleInstanceLock()) app.whenReady().then(startApp).catch(showFatalError);
else app.quit();

/** The order in which the app comes up: security, core, page, window, bridge, tray. */
async function startApp(): Promise<void> {
  const bundle = dirname(fileURLToPath(import.meta.url));
  const paths = appPaths();
  const log = createLogger(join(paths.data, 'logs'));
  const held: { window?: BrowserWindow } = {};

  hardenApp();
  const ports: Ports = {
    app: { name: app.getName(), version: app.getVersion(), commit: __CANDOR_COMMIT__ },
    runtime: runtimeName(),
    clock: systemClock,
    secrets: createSecretStore(),
    system: createSystemEvents(systemClock),
    notifier: createNotifier((route) => run('go', route)),
    links: externalLinks,
    paths,
    log,
    http: (input, init) => net.fetch(input instanceof URL ? input.href : input, init),
    shell: createShellControls(() => held.window),
  };
  const core = await createCore(ports);
  const run = (command: string, argument?: string): void => {
    if (held.window) reveal(held.window);
    core.events.emit({ type: 'app.command', ids: argument === undefined ? [command] : [command, argument] });
  };
  const icon = (name: string): string => join(paths.resources, 'icons', name);

  serveApp(join(bundle, '../renderer'), core.mediaFile);
  installMenu({ run });
  const bridge = connectIpc({ core, clock: systemClock, log });
  const window = createMainWindow({
    preload: preloadFile(bundle),
    stateFile: join(paths.data, 'window.json'),
    icon: icon('icon-256.png'),
    attach: bridge.attach,
  });
  held.window = window;
  followLifecycle({ core, window, log });
  createTray({ core, icon: icon('tray.png'), log, open: () => reveal(window), quit: () => app.quit() });
  app.on('second-instance', () => reveal(window));
  app.on('activate', () => reveal(window));
  await core.start();
}

function runtimeName(): string {
  const { electron, chrome, node } = process.versions;
  return `Electron ${electron}, Chromium ${chrome}, Node ${node}`;
}
