import { app, session, type WebContents } from 'electron';
import { APP_ORIGIN } from './app-protocol';

/** What a page may ask of the system, with the reason. Everything else is denied. */
const ALLOWED_PERMISSIONS: ReadonlySet<string> = new Set([
  // "Copy" on error details, tables and check words; writes only, and only on a click
  'clipboard-sanitized-write',
]);

/** Applies to every session and every page that will ever exist in this process. */
export function hardenApp(): void {
  const main = session.defaultSession;
  main.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(ALLOWED_PERMISSIONS.has(permission)),
  );
  main.setPermissionCheckHandler((_contents, permission) => ALLOWED_PERMISSIONS.has(permission));
  main.setDevicePermissionHandler(() => false);
  app.on('web-contents-created', (_event, contents) => hardenContents(contents));
}

/** The windows in which a person signs in to a network: they go from page to page of the web, and nowhere else. */
const webWindows = new WeakSet<WebContents>();
export const admitWebPages = (contents: WebContents): void => void webWindows.add(contents);

function hardenContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    const allowed = webWindows.has(contents) ? isWebPage(event.url) : isOwnPage(event.url);
    if (!allowed) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!webWindows.has(contents) || !isWebPage(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

const isWebPage = (url: string): boolean => /^https?:\/\//i.test(url);

/** In development the page comes from the address that the build tool names. */
const isOwnPage = (url: string): boolean =>
  url === APP_ORIGIN ||
  url.startsWith(`${APP_ORIGIN}/`) ||
  (devServer !== undefined && url.startsWith(`${devServer}/`));

export const devServer: string | undefined = app.isPackaged
  ? undefined
  : process.env['ELECTRON_RENDERER_URL'];
export const pageOrigin: string = devServer === undefined ? APP_ORIGIN : new URL(devServer).origin;
