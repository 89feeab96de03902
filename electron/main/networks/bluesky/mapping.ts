import type {
  InboxItem,
  RemoteAuthor,
  RemoteConversation,
  RemoteMedia,
  RemotePost,
  RemoteTarget,
} from '../network';
import type { ChatMessage, EmbedView, PostRecord, PostView, ProfileView } from './wire';

const DAY_MS = 24 * 60 * 60_000;

export type UriParts = { readonly did: string; readonly collection: string; readonly rkey: string };

/** The parts of `at://did/collection/rkey`; undefined for anything else. */
export function uriParts(uri: string): UriParts | undefined {
  const [, did, collection, rkey] = /^at:\/\/(did:[^/]+)\/([^/]+)\/([^/?#]+)$/.exec(uri) ?? [];
  return did && collection && rkey ? { did, collection, rkey } : undefined;
}

export const isBy = (uri: string, did: string): boolean => uri.startsWith(`at://${did}/`);

export function postUrl(web: string, uri: string, handle?: string): string | undefined {
  const parts = uriParts(uri);
  return parts && `${web}/profile/${handle ?? parts.did}/post/${parts.rkey}`;
}

/**
 * When a post was made. Clients write `createdAt` as they like, so it counts only while it agrees with the moment
 * the network saw the post.
 */
export function postTime(createdAt: string, indexedAt: string): number {
  const indexed = Date.parse(indexedAt);
  const created = Date.parse(createdAt);
  if (Number.isNaN(created)) return indexed;
  return created > indexed || indexed - created > DAY_MS ? indexed : created;
}

export function toAuthor(view: ProfileView): RemoteAuthor {
  return {
    remoteId: view.did,
    handle: view.handle,
    displayName: view.displayName?.trim() || view.handle,
    ...(view.avatar !== undefined && { avatarUrl: view.avatar }),
  };
}

export function toMedia(embed: EmbedView | undefined): readonly RemoteMedia[] {
  if (!embed) return [];
  if (embed.images) return embed.images.map(({ fullsize, alt }) => ({ kind: 'image', url: fullsize, alt }));
  if (embed.playlist !== undefined)
    return [{ kind: 'video', url: embed.thumbnail ?? embed.playlist, alt: embed.alt ?? '' }];
  if (embed.external) return [{ kind: 'other', url: embed.external.uri, alt: embed.external.title }];
  return toMedia(embed.media);
}

/** What later writes need to answer, like or hide this post. */
export function refOf(uri: string, cid: string, record: PostRecord): RemoteTarget['ref'] {
  const root = record.reply?.root ?? { uri, cid };
  return { cid, rootUri: root.uri, rootCid: root.cid };
}

export function toOrigin(view: PostView, web: string): RemotePost {
  return {
    remoteId: view.uri,
    ref: refOf(view.uri, view.cid, view.record),
    author: toAuthor(view.author),
    text: view.record.text,
    createdAt: postTime(view.record.createdAt, view.indexedAt),
    url: postUrl(web, view.uri, view.author.handle),
    media: toMedia(view.embed),
  };
}

type MessageItem = Extract<InboxItem, { readonly kind: 'message' }>;
/** A post with whatever is known of it: a notification has no embed view. */
export type SeenPost = Pick<PostView, 'uri' | 'cid' | 'author' | 'record' | 'indexedAt' | 'embed'>;

export function toMessage(
  post: SeenPost,
  conversation: MessageItem['conversation'],
  own: string,
  web: string,
  context: boolean,
): MessageItem {
  const { record } = post;
  return {
    kind: 'message',
    conversation,
    remoteId: post.uri,
    ref: refOf(post.uri, post.cid, record),
    author: toAuthor(post.author),
    own: post.author.did === own,
    text: record.text,
    ...(record.langs?.[0] !== undefined && { lang: record.langs[0] }),
    createdAt: postTime(record.createdAt, post.indexedAt),
    url: postUrl(web, post.uri, post.author.handle),
    ...(record.reply && { parentRemoteId: record.reply.parent.uri }),
    media: toMedia(post.embed),
    ...(context && { context: true }),
  };
}

/** The uri of the post that this one quotes. */
export function quotedUri(record: PostRecord): string | undefined {
  const embedded = record.embed?.record;
  if (typeof embedded !== 'object' || embedded === null) return undefined;
  const { uri, record: inner } = embedded as { readonly uri?: unknown; readonly record?: unknown };
  if (typeof uri === 'string') return uri;
  const nested =
    typeof inner === 'object' && inner !== null ? (inner as { readonly uri?: unknown }).uri : undefined;
  return typeof nested === 'string' ? nested : undefined;
}

export const mentions = (record: PostRecord, did: string): boolean =>
  (record.facets ?? []).some(({ features }) => features.some((feature) => feature.did === did));

/** Message ids of the chat service are unique only within their conversation. */
export const chatRemoteId = (convoId: string, messageId: string): string => `${convoId}/${messageId}`;

export function chatIds(
  remoteId: string,
): { readonly convoId: string; readonly messageId: string } | undefined {
  if (remoteId.startsWith('at://')) return undefined;
  const [convoId, messageId] = remoteId.split('/');
  return convoId && messageId ? { convoId, messageId } : undefined;
}

export function toChatMessage(
  message: ChatMessage & { readonly text: string },
  convo: RemoteConversation & { readonly other?: RemoteAuthor },
  author: RemoteAuthor,
  own: boolean,
): MessageItem {
  return {
    kind: 'message',
    conversation: convo,
    remoteId: chatRemoteId(convo.remoteKey, message.id),
    ref: { rev: message.rev },
    author,
    own,
    text: message.text,
    createdAt: Date.parse(message.sentAt),
    media: [],
  };
}
