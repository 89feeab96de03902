import { describe, expect, it } from 'vitest';
import { countText, measure } from '@shared/domain/count';
import { xCashtags, xLinks, xWeightedLength } from '@shared/domain/count-x';

const limit = { max: 280, unit: 'x-weighted' } as const;

/** Weights by twitter-text's configuration 3 (its conformance suite, `validate.yml`, WeightedTweetsCounterTest). */
describe('the length of a post as X counts it', () => {
  it.each([
    ['plain Latin letters', 'a'.repeat(280), 280],
    ['CJK, two each', '漢'.repeat(140), 280],
    ['CJK with full-width punctuation', '这是一个测试。', 14],
    ['an accent in two code points, composed first', 'cafe\u0301', 4],
    ['one emoji', '😷', 2],
    ['a family in one', '👩‍👩‍👧‍👦', 2],
    ['an emoji with a skin tone', '👍🏿', 2],
    ['a flag', '🇩🇪', 2],
    ['a keycap', '1️⃣', 2],
    ['a link, however long', `https://example.com/${'a'.repeat(200)}`, 23],
    ['a link without a scheme', 'example.com', 23],
    ['a link in a sentence', 'see https://example.com/a?b=1, please', 'see , please'.length + 23],
    ['an address that is no link', 'ana@example', 11],
    ['nothing', '', 0],
    ['line breaks', 'a\nb\n\nc', 6],
    ['Hangul', '안녕', 4],
    ['typographic quotes', '“quoted”', 8],
  ])('counts %s', (_, text, length) => {
    expect(xWeightedLength(text)).toBe(length);
    expect(measure(text, limit)).toBe(length);
  });

  it('says where a text is too long, in whole characters', () => {
    const text = `${'x'.repeat(279)}😷`;
    expect(countText(text, limit)).toMatchObject({ used: 281, over: true, overrunAt: 279 });
    expect(countText('x'.repeat(280), limit)).toMatchObject({ left: 0, over: false, overrunAt: null });
  });

  it('finds the links and cashtags that X finds', () => {
    expect(xLinks('see example.com and https://example.org/a (or t.co/x)')).toEqual([
      'example.com',
      'https://example.org/a',
      't.co/x',
    ]);
    expect(xLinks('1.5 files in index.html? ana@example.com')).not.toContain('1.5');
    expect(xCashtags('$AAPL and $TSLA for $5')).toEqual(['AAPL', 'TSLA']);
  });
});
