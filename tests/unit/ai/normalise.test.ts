import { describe, expect, it } from 'vitest';
import { normalise } from '../../../electron/main/ai/guard/normalise';

const hidden = (text: string): string =>
  Array.from(text, (char) => String.fromCodePoint(0xe0000 + char.charCodeAt(0))).join('');

describe('text of authors before it may enter a prompt', () => {
  it('loses tag characters, bidi controls, zero-width characters and private use, each counted', () => {
    const { text, stripped } = normalise(`a\u200Bb\u202Ec\uE000d${hidden('hi')}\u0007e`);
    expect(text).toBe('abcde');
    expect(stripped).toEqual({ zero_width: 1, bidi: 1, tag: 2, variation: 0, private_use: 1, control: 1 });
  });
  it('keeps emoji sequences and joiners that a script needs', () => {
    const family = '👨‍👩‍👧‍👦 ❤️ 👩🏽‍🚀';
    const persian = 'می‌خواهم';
    expect(normalise(`${family} ${persian}`).text).toBe(`${family} ${persian}`);
  });
  it('removes joiners between Latin letters and runs that spell bits', () => {
    expect(normalise('ab\u200Dc\u200Cd').text).toBe('abcd');
    expect(normalise('می\u200C\u200D\u200C\u200Dخ').stripped.zero_width).toBe(4);
  });
  it('removes runs of variation selectors, where whole messages can hide', () => {
    const smuggled = '😀' + String.fromCodePoint(0xe0148, 0xe0155, 0xe015c, 0xe015c);
    expect(normalise(smuggled)).toMatchObject({ text: '😀', stripped: { variation: 4 } });
    expect(normalise('❤\uFE0F').text).toBe('❤\uFE0F');
  });
  it('makes lone surrogates well formed', () => {
    const { text } = normalise('a\uD83Db\uDE00c');
    expect(text).toBe('a\uFFFDb\uFFFDc');
    expect(() => encodeURIComponent(text)).not.toThrow();
  });
  it('composes letters and unifies line ends', () => {
    expect(normalise('e\u0301\r\nx\ry').text).toBe('é\nx\ny');
  });
  it('caps without cutting a character in two, and says so', () => {
    const { text, cut } = normalise('😀'.repeat(3_000), 4_001);
    expect(cut).toBe(true);
    expect(text).toBe('😀'.repeat(2_000));
  });
  it('handles 100 kB within a moment', () => {
    const start = performance.now();
    normalise('🙂 word\u200B '.repeat(12_000));
    expect(performance.now() - start).toBeLessThan(500);
  });
});
