import type { Metrics } from '@shared/domain/network';
import type { InboxItem, RemoteAuthor, RemoteMedia, RemotePost, RemoteTarget } from '../network';
import type { DirectEvent, Entities, Media, Post, User } from './wire';
import { timeOfId } from './wire';

/** Who looks, and the people and pictures that came along. */
export type Viewer = {
  readonly id: string;
  readonly handle: string;
  readonly web: string;
  readonly users: ReadonlyMap<string, User>;
  readonly media: ReadonlyMap<string, Media>;
};

export type MessageItem = Extract<InboxItem, { readonly kind: 'message' }>;

export const isOwn = (post: Post, viewer: Pick<Viewer, 'id'>): boolean => post.authorId === viewer.id;

/** Why X lets the account answer: it takes answers by API only to posts that call the account (2026-02-23). */
type Summons = 'mention' | 'quote' | 'own' | 'none' | 'unknown';

export function summonsOf(post: Post, viewer: Viewer, ownPosts: ReadonlySet<string>): Summons {
  if (isOwn(post, viewer)) return 'own';
  const name = viewer.handle.toLowerCase();
  const isNamed = post.mentions.some(
    ({ id, username }) => id === viewer.id || username.toLowerCase() === name,
  );
  if (isNamed) return 'mention';
  if (post.quotes.some((id) => ownPosts.has(id))) return 'quote';
  // A quoted post that did not come along may be the account's own: only X knows.
  return post.quotes.length > 0 ? 'unknown' : 'none';
}

function toAuthor(id: string | undefined, viewer: Viewer): RemoteAuthor {
  const user = viewer.users.get(id ?? '');
  const fallback = id === viewer.id ? viewer.handle : (id ?? 'unknown');
  return {
    remoteId: id ?? 'unknown',
    handle: user?.username ?? fallback,
    displayName: user?.name?.trim() || user?.username || fallback,
    ...(user?.profile_image_url && { avatarUrl: user.profile_image_url }),
  };
}

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

/** The words as they were written: X shortens links, escapes three signs, and puts names before an answer. */
export function textOf(post: Post): string {
  return wordsOf(withoutNames(post.text, post.wordsFrom), post.links);
}

function wordsOf(raw: string, links: NonNullable<Entities['urls']>): string {
  const plain = raw.replace(/&(?:lt|gt|amp);/g, (sign) => ENTITIES[sign] ?? sign);
  return links
    .reduce((text, { url, expanded_url, media_key }) => {
      const isMedia = Boolean(media_key) || /\/(?:photo|video)\/\d+$/.test(expanded_url ?? '');
      return text.replaceAll(url, () => (isMedia ? '' : (expanded_url ?? url)));
    }, plain)
    .trim();
}

/** Takes off the names in front, as far as X says that they are none of the words. */
function withoutNames(text: string, wordsFrom: number): string {
  let rest = text;
  for (
    let name = /^@\w+\s*/.exec(rest);
    name && text.length - rest.length < wordsFrom;
    name = /^@\w+\s*/.exec(rest)
  )
    rest = rest.slice(name[0].length);
  return rest;
}

const kinds: Readonly<Record<string, RemoteMedia['kind']>> = {
  photo: 'image',
  video: 'video',
  animated_gif: 'video',
};

function mediaOf(keys: readonly string[], viewer: Viewer): readonly RemoteMedia[] {
  return keys.flatMap((key) => {
    const found = viewer.media.get(key);
    const url = found?.url ?? found?.preview_image_url;
    return found && url ? [{ kind: kinds[found.type] ?? 'other', url, alt: found.alt_text ?? '' }] : [];
  });
}

const urlOf = (post: Post, viewer: Viewer): string => {
  const name = viewer.users.get(post.authorId ?? '')?.username ?? (isOwn(post, viewer) ? viewer.handle : 'i');
  return `${viewer.web}/${name}/status/${post.id}`;
};

const refOf = (post: Post, summons: Summons): RemoteTarget['ref'] => ({
  summons,
  ...(post.authorId !== undefined && { author: post.authorId }),
  conversation: post.conversationId,
});

export const toOrigin = (post: Post, viewer: Viewer, ownPosts: ReadonlySet<string>): RemotePost => ({
  remoteId: post.id,
  ref: refOf(post, summonsOf(post, viewer, ownPosts)),
  author: toAuthor(post.authorId, viewer),
  text: textOf(post),
  createdAt: post.createdAt,
  url: urlOf(post, viewer),
  media: mediaOf(post.mediaKeys, viewer),
});

export const toMessage = (
  post: Post,
  conversation: MessageItem['conversation'],
  viewer: Viewer,
  ownPosts: ReadonlySet<string>,
  context = false,
): MessageItem => ({
  kind: 'message',
  conversation,
  ...toOrigin(post, viewer, ownPosts),
  own: isOwn(post, viewer),
  ...(post.lang !== undefined && post.lang !== 'und' && { lang: post.lang }),
  ...(post.replyTo !== undefined && { parentRemoteId: post.replyTo }),
  ...(context && { context: true }),
});

/** The person in a conversation of two, from its id `a-b`; undefined for a group. */
export function otherOf(conversationId: string, ownId: string): string | undefined {
  const [, a, b] = /^(\d+)-(\d+)$/.exec(conversationId) ?? [];
  return a === undefined ? undefined : a === ownId ? b : a;
}

export const isDirectKey = (key: string): boolean => /^(?:dm:|\d+-\d+$)/.test(key);

/** Conversations of two are named by X after both; groups get a word in front, to be no post's id. */
export const directKey = (conversationId: string): string =>
  conversationId.includes('-') ? conversationId : `dm:${conversationId}`;

export const directText = (event: DirectEvent): string =>
  wordsOf(event.text ?? '', event.entities?.urls ?? []);

/** Undefined for what is no message: somebody came or left. */
export function toDirectMessage(event: DirectEvent, viewer: Viewer): MessageItem | undefined {
  const { sender_id: sender, dm_conversation_id: thread } = event;
  if (!sender || !thread || (event.event_type ?? 'MessageCreate') !== 'MessageCreate') return undefined;
  const otherId =
    otherOf(thread, viewer.id) ?? [sender, ...(event.participant_ids ?? [])].find((one) => one !== viewer.id);
  const at = Date.parse(event.created_at ?? '');
  return {
    kind: 'message',
    conversation: {
      remoteKey: directKey(thread),
      type: 'dm',
      ...(otherId !== undefined && viewer.users.has(otherId) && { other: toAuthor(otherId, viewer) }),
    },
    remoteId: event.id,
    ref: { author: sender },
    author: toAuthor(sender, viewer),
    own: sender === viewer.id,
    text: directText(event),
    createdAt: Number.isNaN(at) ? timeOfId(event.id) : at,
    media: mediaOf(event.attachments?.media_keys ?? [], viewer),
  };
}

const numbers: readonly (readonly [keyof Metrics, readonly string[]])[] = [
  ['likes', ['like_count']],
  ['replies', ['reply_count']],
  ['reposts', ['repost_count', 'retweet_count']],
  ['quotes', ['quote_count']],
  ['impressions', ['impression_count']],
  ['saves', ['bookmark_count']],
];

export function metricsOf({ counts, privateCounts }: Post): Metrics {
  const found: Metrics = {};
  for (const [metric, names] of numbers) {
    const value = names.map((name) => counts[name]).find((one) => one !== undefined);
    if (value !== undefined) found[metric] = value;
  }
  const clicks = privateCounts.url_link_clicks;
  return clicks === undefined ? found : { ...found, clicks };
}
