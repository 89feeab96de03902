import { app, session, type BrowserWindow } from 'electron';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Core } from '../core';
import type { Ports } from '../ports';
import { serveApp } from './app-protocol';
import { systemClock } from './clock';
import { externalLinks } from './external-links';
import { createHttp } from './http';
import { connectIpc } from './ipc-transport';
import { followLifecycle } from './lifecycle';
import { createLogger } from './logger';
import { installMenu } from './menu';
import { createNotifier } from './notifier';
import { appPaths } from './paths';
import { createSecretStore } from './secret-store';
import { hardenApp } from './security';
import { createShellControls } from './shell-controls';
import { createSignInPages } from './sign-in-pages';
import { createSockets } from './sockets';
import { createSystemEvents } from './system-events';
import { testEndpoints } from './test-endpoints';
import { createTray } from './tray';
import { createMainWindow, preloadFile, reveal } from './window';

/** From a page that is loaded to its first rows; sync, due posts and checks begin after that. */
const FIRST_ROWS_MS = 400;

const isReachedDirectly = async (url: string): Promise<boolean> =>
  (await session.defaultSession.resolveProxy(url)) === 'DIRECT';

/**
 * Electron's side of the app: first the security and the ports, then the window, which loads while the core is
 * being made, and once that is there everything that needs it.
 */
export function openShell() {
  const bundle = dirname(fileURLToPath(import.meta.url));
  const paths = appPaths();
  const log = createLogger(join(paths.data, 'logs'));
  const shown: { window?: BrowserWindow; run?: (command: string, argument?: string) => void } = {};
  const icon = (name: string): string => join(paths.resources, 'icons', name);
  hardenApp();

  const ports: Ports = {
    app: { name: app.getName(), version: app.getVersion(), commit: __CANDOR_COMMIT__ },
    runtime: runtimeName(),
    clock: systemClock,
    secrets: createSecretStore(),
    system: createSystemEvents(systemClock),
    notifier: createNotifier((route) => shown.run?.('go', route)),
    links: externalLinks,
    signIn: createSignInPages(() => shown.window),
    paths,
    log,
    http: createHttp(),
    sockets: createSockets(isReachedDirectly),
    shell: createShellControls(() => shown.window),
    endpoints: testEndpoints(),
  };

  /** Opens the window and returns what joins it to the core. */
  const openWindow = (): ((core: Core) => void) => {
    let joined: (core: Core) => void;
    const coming = new Promise<Core>((resolve) => (joined = resolve));
    serveApp(
      join(bundle, '../renderer'),
      async (id) => (await coming).mediaFile(id),
      async (id, asked) => (await coming).remotePicture(id, asked),
    );
    installMenu({ run: (command) => shown.run?.(command) });
    const window = createMainWindow({
      preload: preloadFile(bundle),
      stateFile: join(paths.data, 'window.json'),
      icon: icon('icon-256.png'),
      attach: connectIpc({ core: coming, clock: systemClock, log }).attach,
    });
    shown.window = window;
    return (core) => {
      connect(core, window);
      joined(core);
    };
  };

  const connect = (core: Core, window: BrowserWindow): void => {
    shown.run = (command, argument) => {
      reveal(window);
      core.events.emit({
        type: 'app.command',
        ids: argument === undefined ? [command] : [command, argument],
      });
    };
    followWindow(window, core.setWindowState);
    followLifecycle({ core, window, log });
    createTray({ core, icon: icon('tray.png'), log, open: () => reveal(window), quit: () => app.quit() });
    app.on('second-instance', () => reveal(window));
    app.on('activate', () => reveal(window));
  };
  /** Leaves the machine to the page until it has had time to show its first rows. */
  const firstRows = (): Promise<void> =>
    new Promise((resolve) => {
      const contents = shown.window?.webContents;
      if (!contents?.isLoadingMainFrame()) systemClock.after(FIRST_ROWS_MS, resolve);
      else contents.once('did-stop-loading', () => systemClock.after(FIRST_ROWS_MS, resolve));
    });
  return { ports, openWindow, firstRows };
}

function followWindow(window: BrowserWindow, tell: Core['setWindowState']): void {
  const now = (): void =>
    tell({ visible: window.isVisible() && !window.isMinimized(), focused: window.isFocused() });
  for (const name of ['show', 'hide', 'minimize', 'restore', 'focus', 'blur'] as const)
    window.on(name as 'show', now);
}

function runtimeName(): string {
  const { electron, chrome, node } = process.versions;
  return `Electron ${electron}, Chromium ${chrome}, Node ${node}`;
}
