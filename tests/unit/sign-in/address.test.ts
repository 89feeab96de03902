import { describe, expect, it } from 'vitest';
import { isRedirect, isSignInPage } from '../../../electron/main/shell/sign-in-address';

describe('a page for a sign-in', () => {
  it.each([
    'https://www.facebook.com/v26.0/dialog/oauth?a=b',
    'http://127.0.0.1:4711/authorize',
    'http://localhost/x',
    'http://[::1]:8/',
  ])('may be %s', (url) => expect(isSignInPage(url)).toBe(true));
  it.each([
    'http://network.example/authorize',
    'http://127.0.0.1.example/authorize',
    'https://user:password@network.example/',
    'http://me@127.0.0.1/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'app://candor/index.html',
    'mailto:a@b.example',
    'not an address',
  ])('is never %s', (url) => expect(isSignInPage(url)).toBe(false));
});

describe('the redirect address of a sign-in', () => {
  const redirect = 'https://www.facebook.com/connect/login_success.html';
  it.each([`${redirect}?code=1`, redirect, `${redirect}?a#_=_`])('is recognised in %s', (url) =>
    expect(isRedirect(url, redirect)).toBe(true),
  );
  it.each([
    'https://www.facebook.com/connect/login_success.html.evil',
    'https://www.facebook.com.evil.example/connect/login_success.html',
    'http://www.facebook.com/connect/login_success.html',
    'https://www.facebook.com:8443/connect/login_success.html',
    'https://evil.example/?to=https://www.facebook.com/connect/login_success.html',
    'not an address',
  ])('is not %s', (url) => expect(isRedirect(url, redirect)).toBe(false));
  it('of a scheme without an origin is never met', () =>
    expect(isRedirect('urn:ietf:wg:oauth:2.0:oob', 'urn:ietf:wg:oauth:2.0:oob')).toBe(false));
});
