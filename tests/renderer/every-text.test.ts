import { expect, it } from 'vitest';
import { en } from '@/text/en/all';
import { i18n } from '@/text/i18n';

const leaves = (node: object, path: string): readonly string[] =>
  Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return typeof value === 'object' && value !== null ? leaves(value, at) : [at];
  });

it('every text can be shown: a sign of the message syntax that stands for itself is written as such', () => {
  const all = leaves(en, '');
  const broken = all.filter((path) => {
    try {
      i18n.global.t(path, { n: 2 }, 2);
      return false;
    } catch {
      return true;
    }
  });
  expect(all.length).toBeGreaterThan(500);
  expect(broken).toEqual([]);
});
