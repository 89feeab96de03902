import { describe, expect, it } from 'vitest';
import { byteRange } from '../../../electron/main/shell/byte-range';

describe('what a player asks for of a video', () => {
  it.each([
    ['the beginning', 'bytes=0-', { from: 0, to: 999 }],
    ['a part', 'bytes=100-199', { from: 100, to: 199 }],
    ['more than there is', 'bytes=900-5000', { from: 900, to: 999 }],
    ['the end', 'bytes=-100', { from: 900, to: 999 }],
    ['an end longer than the file', 'bytes=-5000', { from: 0, to: 999 }],
    ['what lies behind the end', 'bytes=1000-', 'unsatisfiable'],
    ['nothing of the end', 'bytes=-0', 'unsatisfiable'],
  ])('%s', (_, header, range) => expect(byteRange(header, 1000)).toEqual(range));

  it.each([
    ['no range', null],
    ['several ranges', 'bytes=0-1,5-6'],
    ['another unit', 'seconds=0-1'],
    ['an empty range', 'bytes=-'],
    ['a range that ends before it begins', 'bytes=5-3'],
  ])('the whole file is the answer to %s', (_, header) => expect(byteRange(header, 1000)).toBeNull());
});
