import { describe, expect, test } from 'vitest';
import { isTrustedSender } from '../../electron/main/ipc/sender';

const own = { url: 'app://candor/index.html#/inbox', isMainFrame: true, ownWindow: true };

describe('who may call', () => {
  test('the top frame of our own window with our own page', () => {
    expect(isTrustedSender(own, 'app://candor')).toBe(true);
  });

  test.each([
    ['a frame inside the page', { ...own, isMainFrame: false }],
    ['a window that the shell did not make', { ...own, ownWindow: false }],
    ['a frame that is gone', { ...own, url: undefined }],
    ['a page of the web', { ...own, url: 'https://candor/index.html' }],
    ['another host of our scheme', { ...own, url: 'app://media/index.html' }],
    ['a host that begins like ours', { ...own, url: 'app://candor.example/index.html' }],
    ['our origin as a user name', { ...own, url: 'https://app:candor@example.com/' }],
    ['no address at all', { ...own, url: 'about:blank' }],
    ['an unreadable address', { ...own, url: '::::' }],
  ])('refuses %s', (_what, sender) => {
    expect(isTrustedSender(sender, 'app://candor')).toBe(false);
  });
});
