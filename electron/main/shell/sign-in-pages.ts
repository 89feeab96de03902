import { shell, type BrowserWindow } from 'electron';
import { appError } from '@shared/domain/errors';
import type { SignInPages } from '../ports';
import { isSignInPage } from './sign-in-address';
import { openSignInWindow } from './sign-in-window';

/** The pages at which a person signs in to a network, in their browser or in a window beside the main one. */
export const createSignInPages = (parent: () => BrowserWindow | undefined): SignInPages => ({
  openInBrowser: async (address) => shell.openExternal(requireSignInPage(address)),
  openInWindow: async (request) =>
    openSignInWindow({ ...request, url: requireSignInPage(request.url), parent: parent() }),
});

function requireSignInPage(address: string): string {
  if (!isSignInPage(address))
    throw appError('not_allowed', {
      field: 'url',
      detail: 'a sign-in page must begin with https, or be on this device',
    });
  return new URL(address).href;
}
