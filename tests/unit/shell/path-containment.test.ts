import { describe, expect, test } from 'vitest';
import { fileInside } from '../../../electron/main/shell/path-containment';

describe('files that the page may load', () => {
  test('lie inside the folder', () => {
    expect(fileInside('/srv/page', '/assets/app.js')).toBe('/srv/page/assets/app.js');
    expect(fileInside('/srv/page', '/a%20b.js')).toBe('/srv/page/a b.js');
  });

  test.each([
    '/../secret',
    '/%2e%2e/secret',
    '/assets/../../secret',
    '/..%2fsecret',
    '/a%00.js',
    '/%E0%A4%A',
    '/..\\secret',
    '/%5c..%5csecret',
    '/',
  ])('never by %s', (pathname) => {
    expect(fileInside('/srv/page', pathname)).toBeUndefined();
  });
});
