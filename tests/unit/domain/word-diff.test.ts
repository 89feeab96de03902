import { describe, expect, test } from 'vitest';
import { diffWords } from '@shared/domain/word-diff';

const side = (parts: ReturnType<typeof diffWords>, without: 'added' | 'removed'): string =>
  parts
    .filter((part) => part.kind !== without)
    .map((part) => part.text)
    .join('');

describe('the difference between what the AI proposed and what was approved', () => {
  test('names the words that went and the words that came', () => {
    expect(diffWords('we ship on Monday', 'we ship on Tuesday, free')).toEqual([
      { text: 'we ship on ', kind: 'same' },
      { text: 'Monday', kind: 'removed' },
      { text: 'Tuesday, free', kind: 'added' },
    ]);
  });

  test('equal texts are one stretch', () => {
    expect(diffWords('all good', 'all good')).toEqual([{ text: 'all good', kind: 'same' }]);
  });

  test('either side can be put together again to the letter, whatever the texts hold', () => {
    const texts = [
      '',
      'a',
      'hello  world\n\nagain',
      '「冬のロースト」はいつまで',
      '👩‍👩‍👧 ok',
      'a b c d e f',
      'f e d c b a',
      '\ud800 alone',
    ];
    for (const before of texts) {
      for (const after of texts) {
        const parts = diffWords(before, after);
        expect(side(parts, 'added')).toBe(before);
        expect(side(parts, 'removed')).toBe(after);
      }
    }
  });

  test('two long texts are compared without an endless table', () => {
    const long = Array.from({ length: 6_000 }, (_, n) => `word${n}`).join(' ');
    const other = Array.from({ length: 6_000 }, (_, n) => `other${n}`).join(' ');
    expect(side(diffWords(long, other), 'added')).toBe(long);
  });
});
