import { BrowserWindow, nativeTheme } from 'electron';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { APP_ORIGIN } from './app-protocol';
import { devServer } from './security';
import { readWindowState, writeWindowState } from './window-state';

/** The page's own background (tokens --bg), so that the first frame does not flash. */
const BACKGROUND = { light: '#f7f7f5', dark: '#0e0f11' } as const;

export function createMainWindow(options: {
  readonly preload: string;
  readonly stateFile: string;
  readonly icon: string;
  /** Joins the window to the bridge, before its page can call. */
  readonly attach: (window: BrowserWindow) => void;
}): BrowserWindow {
  const state = readWindowState(options.stateFile);
  const window = new BrowserWindow({
    ...state.bounds,
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'Candor',
    icon: options.icon,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: true,
    },
  });
  options.attach(window);
  if (state.maximized) window.maximize();
  window.once('ready-to-show', () => {
    window.show();
    const picture = process.env['CANDOR_SCREENSHOT'];
    if (picture !== undefined) void savePicture(window, picture);
  });
  const remember = (): void =>
    writeWindowState(options.stateFile, {
      bounds: window.getNormalBounds(),
      maximized: window.isMaximized(),
    });
  window.on('close', remember);
  void window.loadURL(devServer ?? `${APP_ORIGIN}/index.html`);
  return window;
}

/** Brings the window to the front, whatever state it is in. */
export function reveal(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** For a machine without a display: `npm start` says where this picture is. */
async function savePicture(window: BrowserWindow, file: string): Promise<void> {
  const painted = `new Promise((done) => {
    const look = () => document.querySelector('main h1') ? requestAnimationFrame(() => requestAnimationFrame(done)) : setTimeout(look, 50);
    look();
  })`;
  await window.webContents.executeJavaScript(painted);
  const image = await window.webContents.capturePage();
  writeFileSync(file, image.toPNG());
}

export const preloadFile = (mainFolder: string): string => join(mainFolder, '../preload/index.cjs');
