import { describe, expect, test } from 'vitest';
import { countText, graphemes } from '@shared/domain/count';

const bluesky = { max: 300, unit: 'grapheme', maxBytes: 3000 } as const;

describe('counting text as networks do', () => {
  test('a family emoji is one grapheme and an accent does not add one', () => {
    expect(graphemes('👨‍👩‍👧‍👦')).toBe(1);
    expect(graphemes('é')).toBe(1);
  });

  test('the overrun begins after the last whole grapheme that fits', () => {
    const text = 'a'.repeat(299) + '👨‍👩‍👧‍👦' + 'b';
    const count = countText(text, bluesky);
    expect(count).toMatchObject({ used: 301, left: -1, over: true, overrunAt: text.length - 1 });
  });

  test('bytes limit text that would fit by graphemes', () => {
    const text = '👨‍👩‍👧‍👦'.repeat(130);
    const count = countText(text, bluesky);
    expect(count.used).toBe(130);
    expect(count.over).toBe(true);
    expect(count.overrunAt).toBe(120 * '👨‍👩‍👧‍👦'.length);
  });

  test('a link weighs 23 on Mastodon and a remote mention counts without its domain', () => {
    const limit = { max: 500, unit: 'mastodon', urlWeight: 23 } as const;
    expect(countText('https://example.com/a/very/long/path/that/goes/on', limit).used).toBe(23);
    expect(countText('hi @anna@coop.social', limit).used).toBe('hi @anna'.length);
  });

  test('text that fits has no overrun', () => {
    expect(countText('', bluesky)).toMatchObject({ used: 0, left: 300, over: false, overrunAt: null });
  });
});
