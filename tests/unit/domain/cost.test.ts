import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  estimateMonth,
  estimatePost,
  estimateUses,
  hasLink,
  microDollars,
  microOf,
} from '@shared/domain/cost';
import type { Cost } from '@shared/domain/network';

const table = JSON.parse(
  readFileSync(new URL('../../../resources/networks/x.json', import.meta.url), 'utf8'),
) as { readonly cost: Cost };
const { cost } = table;
const text = (words: string) => ({ text: words, media: [] });

describe('what a post is estimated to cost', () => {
  it('is the price of every segment, by whether it has a link', () => {
    const estimate = estimatePost(cost, [text('Hello'), text('More at example.com'), text('Bye')]);
    expect(estimate).toEqual({
      micro: 2 * 15_000 + 200_000,
      parts: [
        { price: 'post', count: 2, micro: 30_000 },
        { price: 'postWithUrl', count: 1, micro: 200_000 },
      ],
      unknown: [],
    });
  });

  it('counts the descriptions of images, not empty ones and not those of videos', () => {
    const media = [
      { alt: 'a red square' },
      { alt: '  ' },
      { alt: 'a blue one', kind: 'image' as const },
      { alt: 'a film', kind: 'video' as const },
    ];
    expect(estimatePost(cost, [{ text: 'Look', media }]).parts).toContainEqual({
      price: 'altText',
      count: 2,
      micro: 10_000,
    });
  });

  it('names a price that the table lacks instead of taking it for nothing', () => {
    const partly: Cost = { ...cost, prices: { post: 0.015 } };
    expect(estimatePost(partly, [text('a'), text('https://example.com')])).toEqual({
      micro: 15_000,
      parts: [{ price: 'post', count: 1, micro: 15_000 }],
      unknown: ['postWithUrl'],
    });
    expect(microOf(partly, 'read', 3)).toBeNull();
  });

  it('knows a link with and without a scheme', () => {
    expect(['https://a.com', 'a.com', 'a. com', 'v1.2'].map(hasLink)).toEqual([true, true, false, false]);
  });
});

describe('what a month of reading is estimated to cost', () => {
  it('goes on as in the recent days, rounded up', () => {
    expect(estimateMonth(cost, { ownRead: 100, dmRead: 1 }, 7)).toEqual({
      micro: 429 * 1000 + 5 * 10_000,
      parts: [
        { price: 'ownRead', count: 429, micro: 429_000 },
        { price: 'dmRead', count: 5, micro: 50_000 },
      ],
      unknown: [],
    });
  });

  it('is nothing where nothing is known yet', () => {
    expect(estimateMonth(cost, { read: 5 }, 0)).toEqual({ micro: 0, parts: [], unknown: [] });
    expect(estimateUses(cost, { read: 0 })).toEqual({ micro: 0, parts: [], unknown: [] });
  });

  it('adds up a hundred thousand small prices without losing a fraction', () => {
    expect(estimateUses(cost, { ownRead: 100_000 }).micro).toBe(100_000_000);
    expect(microDollars(0.1 + 0.2)).toBe(300_000);
  });
});
