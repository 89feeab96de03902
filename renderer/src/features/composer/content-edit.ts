import type { PostContent, Segment } from '@shared/domain/content';
import type { MediaId } from '@shared/domain/ids';

/** Edits of a post's content. Each returns a new content and never leaves it without a segment. */

const blank: Segment = { text: '', mediaIds: [] };

const withSegments = (content: PostContent, segments: readonly Segment[]): PostContent => ({
  ...content,
  segments: segments.length === 0 ? [blank] : segments,
});

const changeSegment = (
  content: PostContent,
  index: number,
  change: (part: Segment) => Segment,
): PostContent =>
  withSegments(
    content,
    content.segments.map((part, at) => (at === index ? change(part) : part)),
  );

/** `items` with the one at `from` standing at `to`; the same list when either is outside it. */
export function moved<Item>(items: readonly Item[], from: number, to: number): readonly Item[] {
  const item = items[from];
  if (item === undefined || to < 0 || to >= items.length || from === to) return items;
  const rest = items.filter((_, index) => index !== from);
  return [...rest.slice(0, to), item, ...rest.slice(to)];
}

export const setText = (content: PostContent, index: number, text: string): PostContent =>
  changeSegment(content, index, (part) => ({ ...part, text }));

export const addSegment = (content: PostContent, after: number): PostContent =>
  withSegments(content, [
    ...content.segments.slice(0, after + 1),
    blank,
    ...content.segments.slice(after + 1),
  ]);

export const removeSegment = (content: PostContent, index: number): PostContent =>
  withSegments(
    content,
    content.segments.filter((_, at) => at !== index),
  );

export const moveSegment = (content: PostContent, from: number, to: number): PostContent =>
  withSegments(content, moved(content.segments, from, to));

/** Splits at `at` (UTF-16 index); the images stay with the first part. White space at the cut goes. */
export function splitSegment(content: PostContent, index: number, at: number): PostContent {
  const part = content.segments[index];
  if (!part) return content;
  const first: Segment = { text: part.text.slice(0, at).trimEnd(), mediaIds: part.mediaIds };
  const second: Segment = { text: part.text.slice(at).trimStart(), mediaIds: [] };
  return withSegments(content, [
    ...content.segments.slice(0, index),
    first,
    second,
    ...content.segments.slice(index + 1),
  ]);
}

/** Where to split a text that is too long: the last white space before `overrunAt`, else right there. */
export function splitPoint(text: string, overrunAt: number): number {
  const head = text.slice(0, overrunAt);
  const space = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\n'));
  return space > overrunAt / 2 ? space : overrunAt;
}

export const addMedia = (content: PostContent, index: number, ids: readonly MediaId[]): PostContent =>
  changeSegment(content, index, (part) => ({
    ...part,
    mediaIds: [...part.mediaIds, ...ids.filter((id) => !part.mediaIds.includes(id))],
  }));

export const removeMedia = (content: PostContent, index: number, id: MediaId): PostContent =>
  changeSegment(content, index, (part) => ({
    ...part,
    mediaIds: part.mediaIds.filter((other) => other !== id),
  }));

export const moveMedia = (content: PostContent, index: number, from: number, to: number): PostContent =>
  changeSegment(content, index, (part) => ({ ...part, mediaIds: moved(part.mediaIds, from, to) }));

export const sameContent = (one: PostContent, other: PostContent): boolean =>
  one.lang === other.lang &&
  one.quoteUrl === other.quoteUrl &&
  one.segments.length === other.segments.length &&
  one.segments.every((part, index) => {
    const twin = other.segments[index];
    return (
      twin !== undefined &&
      twin.text === part.text &&
      twin.mediaIds.length === part.mediaIds.length &&
      part.mediaIds.every((id, at) => id === twin.mediaIds[at])
    );
  });
