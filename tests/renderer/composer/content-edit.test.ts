import { describe, expect, it } from 'vitest';
import type { PostContent } from '@shared/domain/content';
import type { MediaId } from '@shared/domain/ids';
import {
  addMedia,
  addSegment,
  moveMedia,
  moveSegment,
  moved,
  removeSegment,
  sameContent,
  setText,
  splitPoint,
  splitSegment,
} from '@/features/composer/content-edit';
import { textPieces } from '@/features/composer/rich-text';

const id = (name: string): MediaId => name as MediaId;
const content: PostContent = {
  segments: [
    { text: 'One and two', mediaIds: [id('a'), id('b')] },
    { text: 'Three', mediaIds: [] },
  ],
};

describe('the segments of a thread', () => {
  it('are added after the one where the cursor is', () => {
    expect(addSegment(content, 0).segments.map((part) => part.text)).toEqual(['One and two', '', 'Three']);
  });

  it('split at the cursor, images staying with the first part', () => {
    const split = splitSegment(content, 0, 7);
    expect(split.segments.map((part) => part.text)).toEqual(['One and', 'two', 'Three']);
    expect(split.segments[0]?.mediaIds).toEqual(['a', 'b']);
  });

  it('are never all gone', () => {
    const none = removeSegment(removeSegment(content, 0), 0);
    expect(none.segments).toEqual([{ text: '', mediaIds: [] }]);
  });

  it('move, and stay when the target is outside', () => {
    expect(moveSegment(content, 0, 1).segments[1]?.text).toBe('One and two');
    expect(moved([1, 2, 3], 0, 5)).toEqual([1, 2, 3]);
  });
});

describe('the images of a segment', () => {
  it('are not added twice', () => {
    expect(addMedia(content, 0, [id('b'), id('c')]).segments[0]?.mediaIds).toEqual(['a', 'b', 'c']);
  });

  it('change places', () => {
    expect(moveMedia(content, 0, 1, 0).segments[0]?.mediaIds).toEqual(['b', 'a']);
  });
});

it('a text that is too long splits at a space before the limit, or at the limit when there is none', () => {
  expect(splitPoint('aaaa bbbb cccc', 11)).toBe(9);
  expect(splitPoint('aaaaaaaaaaaaaa', 11)).toBe(11);
});

it('content is the same only with the same texts and images in the same order', () => {
  expect(sameContent(content, structuredClone(content))).toBe(true);
  expect(sameContent(content, moveMedia(content, 0, 0, 1))).toBe(false);
  expect(sameContent(content, setText(content, 1, 'Four'))).toBe(false);
});

describe('a preview shows', () => {
  it('links without the full stop that ends the sentence', () => {
    expect(textPieces('See https://example.org/a?b=1.')).toEqual([
      { text: 'See ', kind: 'plain' },
      { text: 'https://example.org/a?b=1', kind: 'link' },
      { text: '.', kind: 'plain' },
    ]);
  });

  it('mentions and tags in any script, but no address of mail', () => {
    const pieces = textPieces('@ana.bsky.social #新製品 info@example.org');
    expect(pieces.filter((piece) => piece.kind !== 'plain')).toEqual([
      { text: '@ana.bsky.social', kind: 'mention' },
      { text: '#新製品', kind: 'tag' },
    ]);
  });
});
