import { BrowserWindow, session, type Session } from 'electron';
import { randomUUID } from 'node:crypto';
import { appError } from '@shared/domain/errors';
import type { SignInPages } from '../ports';
import { admitWebPages } from './security';
import { isRedirect } from './sign-in-address';

type Request = Parameters<SignInPages['openInWindow']>[0] & { readonly parent: BrowserWindow | undefined };

/**
 * A window for pages of a network that this app did not make: a session of its own that is forgotten with it, no
 * preload, no Node, no permission, no download. It ends with the first request for the redirect address, which is
 * taken and not sent.
 */
export function openSignInWindow({ url, redirectUri, signal, parent }: Request): Promise<string> {
  const own = createSession();
  const window = new BrowserWindow({
    width: 620,
    height: 780,
    title: new URL(url).host,
    ...(parent && { parent }),
    autoHideMenuBar: true,
    webPreferences: {
      session: own,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  window.setMenu(null);
  admitWebPages(window.webContents);
  showHost(window);
  return new Promise<string>((resolve, reject) => {
    const end = (): void => {
      signal.removeEventListener('abort', end);
      if (!window.isDestroyed()) window.destroy();
      reject(appError('cancelled', { detail: 'the sign-in window was closed' }));
    };
    own.webRequest.onBeforeRequest((request, answer) => {
      if (request.resourceType !== 'mainFrame' || !isRedirect(request.url, redirectUri)) return answer({});
      // It gets no answer and ends with its window: a cancelled page would be reported with its whole address.
      resolve(request.url);
      setImmediate(end);
    });
    window.once('closed', end);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    // a page that does not load shows its reason in the window; the redirect address ends it on purpose
    else void window.loadURL(url).catch(() => undefined);
  });
}

/** In memory only: a name without `persist:`, used once. */
function createSession(): Session {
  const own = session.fromPartition(`sign-in-${randomUUID()}`);
  own.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  own.setPermissionCheckHandler(() => false);
  own.setDevicePermissionHandler(() => false);
  own.on('will-download', (event) => event.preventDefault());
  return own;
}

/** The title says where the person types, whatever the page calls itself. */
function showHost(window: BrowserWindow): void {
  window.on('page-title-updated', (event) => event.preventDefault());
  window.webContents.on('did-navigate', (_event, address) => window.setTitle(new URL(address).host));
}
