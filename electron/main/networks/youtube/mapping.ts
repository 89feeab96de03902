import type { AccountMetrics, Metrics } from '@shared/domain/network';
import type { InboxItem, RemoteAuthor, RemoteMedia, RemotePost } from '../network';
import type { Channel, Comment, Video } from './wire';

export type MessageItem = Extract<InboxItem, { readonly kind: 'message' }>;

/** Ids of videos have eleven characters; those of comments are longer. */
export const isVideo = (id: string): boolean => /^[\w-]{11}$/.test(id);

export const urlOfVideo = (id: string, web: string): string => `${web}/watch?v=${id}`;
export const urlOfComment = (video: string, id: string, web: string): string =>
  `${urlOfVideo(video, web)}&lc=${id}`;

/** Asked for as plain text. */
export const textOf = ({ snippet }: Comment): string => snippet.textOriginal ?? snippet.textDisplay ?? '';
export const timeOf = ({ snippet }: Comment): number => Date.parse(snippet.publishedAt);
export const changedAt = (comment: Comment): number =>
  Date.parse(comment.snippet.updatedAt ?? comment.snippet.publishedAt);
const HELD = ['heldForReview', 'likelySpam'];
/** Told in lists to the owner of the channel, and never of what is asked for by its id. */
export const isHeld = ({ snippet }: Comment): boolean => HELD.includes(snippet.moderationStatus ?? '');
export const isOwn = ({ snippet }: Comment, channel: string): boolean =>
  snippet.authorChannelId?.value === channel;

export const toAuthor = ({ id, snippet }: Comment): RemoteAuthor => {
  const name = snippet.authorDisplayName?.trim() || 'YouTube user';
  return {
    // Somebody who has closed their channel has no id any more.
    remoteId: snippet.authorChannelId?.value ?? `comment:${id}`,
    handle: name.replace(/^@/, ''),
    displayName: name,
    ...(snippet.authorProfileImageUrl && { avatarUrl: snippet.authorProfileImageUrl }),
  };
};

/** The video that people write below, with its picture. */
export function toOrigin({ id, snippet }: Video, web: string): RemotePost {
  const title = snippet?.title ?? '';
  const name = snippet?.channelTitle ?? '';
  return {
    remoteId: id,
    ref: {},
    author: { remoteId: snippet?.channelId ?? '', handle: name, displayName: name },
    text: [title, snippet?.description ?? ''].filter((part) => part.trim() !== '').join('\n\n'),
    createdAt: Date.parse(snippet?.publishedAt ?? '') || 0,
    url: urlOfVideo(id, web),
    media: pictureOf(snippet, title),
  };
}

/** The widest picture there is. */
function pictureOf(snippet: Video['snippet'], alt: string): readonly RemoteMedia[] {
  const [widest] = Object.values(snippet?.thumbnails ?? {}).sort((a, b) => (b.width ?? 0) - (a.width ?? 0));
  return widest ? [{ kind: 'video', url: widest.url, alt }] : [];
}

/** A comment and the answers below it are one conversation. */
export function toMessage(
  comment: Comment,
  place: {
    readonly thread: string;
    readonly video: string | undefined;
    readonly origin: RemotePost | undefined;
  },
  viewer: { readonly id: string; readonly web: string },
  { context = false, hidden }: { readonly context?: boolean; readonly hidden?: boolean } = {},
): MessageItem {
  const { thread, video, origin } = place;
  const isTop = comment.id === thread;
  const parentRemoteId = isTop ? video : thread;
  return {
    kind: 'message',
    conversation: { remoteKey: thread, type: 'comment', ...(origin && { origin }) },
    remoteId: comment.id,
    ref: { thread, ...(video !== undefined && { video }) },
    author: toAuthor(comment),
    own: isOwn(comment, viewer.id),
    text: textOf(comment),
    createdAt: timeOf(comment),
    ...(video !== undefined && { url: urlOfComment(video, comment.id, viewer.web) }),
    ...(parentRemoteId !== undefined && { parentRemoteId }),
    media: [],
    ...(context && { context: true }),
    ...(hidden !== undefined && { hidden }),
  };
}

const known = <T extends Record<string, unknown>>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;

export const metricsOf = ({ statistics }: Video): Metrics =>
  known({
    views: statistics?.viewCount,
    likes: statistics?.likeCount,
    replies: statistics?.commentCount,
  });

/** A channel may hide how many follow it: then there is no such number. */
export const channelMetrics = ({ statistics }: Channel): AccountMetrics =>
  known({
    followers: statistics?.hiddenSubscriberCount === true ? undefined : statistics?.subscriberCount,
    posts: statistics?.videoCount,
    views: statistics?.viewCount,
  });
