import { describe, expect, it } from 'vitest';
import type { PostContent } from '@shared/domain/content';
import type { MediaId } from '@shared/domain/ids';
import type { Capabilities } from '@shared/domain/network';
import { validateContent, type MediaFacts } from '@shared/domain/validate';

const yes = { ok: true } as const;
const publish: Capabilities['publish'] = {
  text: { max: 20, unit: 'grapheme' },
  textOnly: yes,
  images: { ...yes, max: 2, mime: ['image/png'], maxBytes: 1e6, altMax: 10, ratio: { min: 0.8, max: 1.91 } },
  video: {
    ...yes,
    mime: ['video/mp4'],
    maxBytes: 10_000_000,
    minSeconds: 3,
    maxSeconds: 60,
    altMax: null,
  },
  thread: 'chain',
  quote: yes,
  delete: yes,
};
const image: MediaFacts = { id: 'image', mime: 'image/png', alt: 'A cup', width: 100, height: 100 };
const video: MediaFacts = { id: 'video', mime: 'video/mp4', alt: '', bytes: 5_000_000, seconds: 10 };

function issuesOf(
  media: readonly MediaFacts[],
  over: Partial<Capabilities['publish']> = {},
  later = 'And so on',
) {
  const capabilities = { name: 'Net', publish: { ...publish, ...over } } as Capabilities;
  const mediaIds = media.map(({ id }) => id as MediaId);
  const content: PostContent = {
    segments: [
      { text: 'Hello', mediaIds },
      { text: later, mediaIds: [] },
    ],
  };
  return validateContent(content, media, capabilities).map(({ code, field }) => [code, field]);
}

describe('media of a post', () => {
  it('fit when they are what the network takes', () => {
    expect(issuesOf([image])).toEqual([]);
    expect(issuesOf([video])).toEqual([]);
  });

  it.each([
    ['too large', { ...video, bytes: 10_000_001 }, 'video_too_large'],
    ['too long', { ...video, seconds: 61 }, 'video_too_long'],
    ['too short', { ...video, seconds: 2 }, 'video_too_short'],
    ['of another type', { ...video, mime: 'video/webm' }, 'video_type'],
    ['too wide an image', { ...image, width: 300 }, 'image_ratio'],
  ] as const)('are named when they are %s', (_what, media, code) => {
    expect(issuesOf([media])).toEqual([[code, 'segments.0.media.0']]);
  });

  it('of a video whose length nobody knows are left to the network', () => {
    expect(issuesOf([{ ...video, seconds: null }])).toEqual([]);
  });

  it('are one kind in a part, unless the network mixes them', () => {
    expect(issuesOf([image, video])).toEqual([['mixed_media', 'segments.0.media']]);
    expect(issuesOf([video, { ...video, id: 'other' }])).toEqual([['too_many_videos', 'segments.0.media']]);
    expect(issuesOf([image, video], { mixedMedia: true })).toEqual([]);
  });

  it('are refused with the reason where the network takes none', () => {
    const no = { ok: false, why: 'media-host', note: 'Set up a media host.' } as const;
    expect(issuesOf([video], { video: no })).toEqual([['video_unsupported', 'segments.0.media']]);
    expect(issuesOf([image], { images: no })).toEqual([['images_unsupported', 'segments.0.media']]);
  });

  it('have no place in comments below a post, which have a limit of their own', () => {
    const comments = { thread: 'comments', commentText: { max: 5, unit: 'grapheme' } } as const;
    expect(issuesOf([image], comments)).toEqual([['text_too_long', 'segments.1.text']]);
    expect(
      issuesOf([image], { ...comments, textOnly: { ok: false, why: 'network', note: 'x' } }, 'short'),
    ).toEqual([]);
  });
});
